#include "sync/record/value.h"
