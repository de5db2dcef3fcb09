#pragma once

enum class Errc {
  offline,  ///< No route.
  invalid,  ///< Breaks the form.
};
