// DLLs: libzmq.dll is the libzmq of this machine; libsodium hashes for CryptEncode.
#include "host.hpp"
#include "mql5.hpp"
#include <algorithm>
#include <dlfcn.h>

namespace mql {

namespace {
struct Libraries {
  std::string zmq, sodium;
  void *zmq_handle = nullptr;
  void *sodium_handle = nullptr;
  bool allowed = true;
} libraries;

void *found(void *&handle, const std::string &path, const char *library, const char *name) {
  if (!handle) handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) critical(std::string("Cannot load '") + library + "' [126]");
  void *address = dlsym(handle, name);
  if (!address) critical(std::string("Cannot find '") + name + "' in '" + library + "'");
  return address;
}
}  // namespace

void *imported_address(const char *library, const char *name) {
  if (!libraries.allowed) critical(std::string("Cannot call '") + library + "::" + name + "', DLL imports are not allowed");
  if (std::string_view(library) != "libzmq.dll") critical(std::string("Cannot load '") + library + "' [126]");
  return found(libraries.zmq_handle, libraries.zmq, library, name);
}

void check_text(const char *function, ConstArrayRef<uchar> text) {
  const uchar *end = text.data() + text.size();
  if (std::find(text.data(), end, 0) == end) critical(std::string(function) + ": a text without its final 0");
}

void check_buffer(const char *function, long size, long length) {
  if (length < 0 || length > size)
    critical(std::string(function) + ": " + std::to_string(length) + " bytes of an array of " + std::to_string(size));
}

int CryptEncode(ENUM_CRYPT_METHOD method, ConstArrayRef<uchar> data, ConstArrayRef<uchar>, ArrayRef<uchar> result) {
  constexpr int SHA256_BYTES = 32;
  if (method != CRYPT_HASH_SHA256) critical("CryptEncode: this host knows CRYPT_HASH_SHA256 only");
  using Hash = int (*)(uchar *, const uchar *, unsigned long long);
  const auto hash = reinterpret_cast<Hash>(found(libraries.sodium_handle, libraries.sodium, "libsodium", "crypto_hash_sha256"));
  if (ArraySize(result) < SHA256_BYTES) ArrayResize(result, SHA256_BYTES);
  hash(result.data(), data.data(), static_cast<unsigned long long>(data.size()));
  return SHA256_BYTES;
}

namespace host {
void load_libraries(const std::string &zmq, const std::string &sodium) { libraries.zmq = zmq, libraries.sodium = sodium; }
void allow_libraries(bool allowed) { libraries.allowed = allowed; }
void *library_function(const char *library, const char *name) { return imported_address(library, name); }
}  // namespace host
}  // namespace mql
