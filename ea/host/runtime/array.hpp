// MQL5's arrays: checked bounds, tails that hold rubbish until they are written, passed by reference only.
#pragma once
#include "scalar.hpp"
#include <cstring>
#include <initializer_list>
#include <vector>

namespace mql {

inline constexpr uchar POISON = 0xFE;
inline void check_index(long at, long size) {
  if (static_cast<ulong>(at) >= static_cast<ulong>(size)) critical("array out of range");
}

template <class T, long N> struct FixedArray {
  T items[N];
  using Item = T;
  T &operator[](long at) { return check_index(at, N), items[at]; }
  const T &operator[](long at) const { return check_index(at, N), items[at]; }
  T *data() { return items; }
  const T *data() const { return items; }
  long size() const { return N; }
};

template <class T> class Array {
 public:
  using Item = T;
  Array() = default;
  Array(std::initializer_list<T> items) {
    cells_.reserve(items.size());
    for (const T &item : items) cells_.push_back(Cell{item});
  }
  T &operator[](long at) { return cells_[place(at)].item; }
  const T &operator[](long at) const { return cells_[place(at)].item; }
  T *data() { return reinterpret_cast<T *>(cells_.data()); }
  const T *data() const { return reinterpret_cast<const T *>(cells_.data()); }
  long size() const { return static_cast<long>(cells_.size()); }
  bool series() const { return series_; }
  void as_series(bool flag) { series_ = flag; }
  void reserve(long size) { cells_.reserve(static_cast<size_t>(size)); }
  void resize(long size) {
    const auto before = cells_.size();
    cells_.resize(static_cast<size_t>(size));
    if constexpr (std::is_trivially_copyable_v<T>) {
      if (cells_.size() > before) std::memset(static_cast<void *>(&cells_[before]), POISON, (cells_.size() - before) * sizeof(T));
    }
  }
  void remove(long start, long count) { cells_.erase(cells_.begin() + start, cells_.begin() + start + count); }
  void clear() { cells_ = {}; }

 private:
  struct Cell {
    T item;
  };
  size_t place(long at) const {
    check_index(at, size());
    return static_cast<size_t>(series_ ? size() - 1 - at : at);
  }
  std::vector<Cell> cells_;
  bool series_ = false;
};

template <class T> class ArrayRef {
 public:
  using Item = T;
  ArrayRef(Array<T> &array) : array_(&array) {}
  template <long N> ArrayRef(FixedArray<T, N> &array) : items_(array.items), size_(N) {}
  T &operator[](long at) const {
    if (array_) return (*array_)[at];
    return check_index(at, size_), items_[at];
  }
  T *data() const { return array_ ? array_->data() : items_; }
  long size() const { return array_ ? array_->size() : size_; }
  Array<T> *dynamic() const { return array_; }

 private:
  Array<T> *array_ = nullptr;
  T *items_ = nullptr;
  long size_ = 0;
};

template <class T> class ConstArrayRef {
 public:
  using Item = T;
  ConstArrayRef(const Array<T> &array) : array_(&array) {}
  template <long N> ConstArrayRef(const FixedArray<T, N> &array) : items_(array.items), size_(N) {}
  ConstArrayRef(const ArrayRef<T> &array) : array_(array.dynamic()), items_(array.data()), size_(array.size()) {}
  const T &operator[](long at) const {
    if (array_) return (*array_)[at];
    return check_index(at, size_), items_[at];
  }
  const T *data() const { return array_ ? array_->data() : items_; }
  long size() const { return array_ ? array_->size() : size_; }

 private:
  const Array<T> *array_ = nullptr;
  const T *items_ = nullptr;
  long size_ = 0;
};

}  // namespace mql
