#include "server-stub/http/server.h"
