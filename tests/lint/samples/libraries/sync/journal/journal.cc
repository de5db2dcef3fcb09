#include <sodium.h>
#include <sqlite3.h>
#include <utf8proc.h>
#include <zstd.h>
#include <boost/json.hpp>
