enum class Errc { offline };
