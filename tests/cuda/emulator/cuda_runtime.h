// What #include <cuda_runtime.h> finds when kernels and the host code around them are compiled without CUDA, for tests: the words
// of device code, run by fibers on the processor, and those calls of the runtime that the backend makes, all of them synchronous.
#pragma once

#include "device_code.h"
#include "host_api.h"
