#pragma once

#include <malloc.h>
#include <string.h>

#include <cstddef>
#include <cstdlib>
#include <new>

/// For the main.cc of a program that words of sealed reports pass through: what
/// is given back to the heap is overwritten first, so that a text typed once
/// does not lie about in memory. (The sanitizers have a heap of their own.)
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
void operator delete(void* memory) noexcept {
  if (memory != nullptr) explicit_bzero(memory, malloc_usable_size(memory));
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}
#endif
