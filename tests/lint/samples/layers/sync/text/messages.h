#include "sync/record/value.h"
#include "sync/session/post.h"
