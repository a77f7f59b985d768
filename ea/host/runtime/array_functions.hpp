// The array functions of MQL5 that take an array of anything; those of one type are in prelude.mqh.
#pragma once
#include "builtins.hpp"
#include <algorithm>

namespace mql {

template <class T> Array<T> *dynamic_array(Array<T> &array) { return &array; }
template <class T> Array<T> *dynamic_array(const ArrayRef<T> &array) { return array.dynamic(); }
template <class T, long N> Array<T> *dynamic_array(FixedArray<T, N> &) { return nullptr; }

template <class A> int ArraySize(const A &array) { return static_cast<int>(array.size()); }

// -1 for a negative size and for an array whose size is fixed.
template <class A> int ArrayResize(A &&array, int new_size, int reserve_size = 0) {
  auto *resized = dynamic_array(array);
  if (!resized || new_size < 0) return -1;
  if (reserve_size > 0 && new_size > resized->size()) resized->reserve(long{new_size} + reserve_size);
  resized->resize(new_size);
  return new_size;
}

template <class A> void ArrayFree(A &&array) {
  if (auto *freed = dynamic_array(array)) freed->clear();
}

template <class A> int ArrayInitialize(A &&array, double value) {
  using Item = typename std::remove_reference_t<A>::Item;
  std::fill_n(array.data(), array.size(), static_cast<Item>(value));
  return ArraySize(array);
}

template <class D, class S>
int ArrayCopy(D &&destination, const S &source, int dst_start = 0, int src_start = 0, int count = WHOLE_ARRAY) {
  const long left = source.size() - src_start;
  long copied = count < 0 ? left : std::min<long>(count, left);
  if (dst_start < 0 || src_start < 0 || copied <= 0) return 0;
  if (destination.size() < dst_start + copied && ArrayResize(destination, static_cast<int>(dst_start + copied)) < 0)
    copied = std::max<long>(0, destination.size() - dst_start);
  const auto *from = source.data() + src_start;
  auto *to = destination.data() + dst_start;
  if (from < to) std::copy_backward(from, from + copied, to + copied);
  else std::copy(from, from + copied, to);
  return static_cast<int>(copied);
}

template <class A> bool ArrayRemove(A &&array, uint start, uint count = UINT_MAX_) {
  auto *cut = dynamic_array(array);
  if (!cut || start >= static_cast<ulong>(cut->size())) return false;
  cut->remove(start, std::min<long>(count, cut->size() - start));
  return true;
}

// Files hold items as they lie in memory.
uint read_file_items(int file_handle, void *items, long size, long count);
uint write_file_items(int file_handle, const void *items, long size, long count);

template <class A> uint FileReadArray(int file_handle, A &&array, int start = 0, int count = WHOLE_ARRAY) {
  using Item = typename std::remove_reference_t<A>::Item;
  static_assert(std::is_trivially_copyable_v<Item>);
  const long left = static_cast<long>((FileSize(file_handle) - FileTell(file_handle)) / sizeof(Item));
  const long wanted = count < 0 ? left : std::min<long>(count, left);
  if (array.size() < start + wanted && ArrayResize(array, static_cast<int>(start + wanted)) < 0) return 0;
  return read_file_items(file_handle, array.data() + start, sizeof(Item), wanted);
}

template <class A> uint FileWriteArray(int file_handle, const A &array, int start = 0, int count = WHOLE_ARRAY) {
  using Item = typename A::Item;
  static_assert(std::is_trivially_copyable_v<Item>);
  const long left = array.size() - start;
  const long wanted = count < 0 ? left : std::min<long>(count, left);
  if (start < 0 || wanted <= 0) return 0;
  return write_file_items(file_handle, array.data() + start, sizeof(Item), wanted);
}

}  // namespace mql
