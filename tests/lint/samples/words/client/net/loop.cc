void go() {
  co_spawn(loop, run(), asio::detached);
  std::this_thread::sleep_for(one);
  usleep(1);
  int dice = rand() % 6;
  // TODO: later
}
