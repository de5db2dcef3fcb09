void f() {
  fail(Errc::invalid, "Known {0}.", {a});
  fail(Errc::invalid, "Not {0} " /* split */ "known.", {a});
  fail(Errc::invalid, bad ? "Known {0}." : "Unknown.");
  fail(call("x", y), "Reading " + name);
  fail(error);
  Sentence{"Fuzzy."};
  Sentence note{"Empty."};
  return fail(
      Errc::invalid,
      "A \"quoted\" one.");
}
