// DLLs: libzmq.dll is the libzmq of this machine; libsodium hashes for CryptEncode.
#include "host.hpp"
#include "mql5.hpp"
#include <algorithm>
#include <dlfcn.h>
#include <map>
#include <string_view>

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

namespace {
using Send = int (*)(void *, const void *, size_t, int);
using Receive = int (*)(void *, void *, size_t, int);
using Close = int (*)(void *);

struct Socket {
  long received = 0;
  bool waits = false;
};
std::map<void *, Socket> sockets;
long sent = 0;

template <class F> F original(const char *name) { return reinterpret_cast<F>(dlsym(libraries.zmq_handle, name)); }

int counted_send(void *socket, const void *buffer, size_t length, int flags) {
  Socket &counts = sockets[socket];  // before the call: nothing may touch its errno
  const int result = original<Send>("zmq_send")(socket, buffer, length, flags);
  sent += result >= 0;
  counts.waits = result < 0;
  return result;
}

int counted_receive(void *socket, void *buffer, size_t length, int flags) {
  Socket &counts = sockets[socket];
  const int result = original<Receive>("zmq_recv")(socket, buffer, length, flags);
  counts.received += result >= 0;
  return result;
}

int counted_close(void *socket) {
  sockets.erase(socket);
  return original<Close>("zmq_close")(socket);
}

void *counted(std::string_view name, void *address) {
  if (name == "zmq_send") return reinterpret_cast<void *>(counted_send);
  if (name == "zmq_recv") return reinterpret_cast<void *>(counted_receive);
  return name == "zmq_close" ? reinterpret_cast<void *>(counted_close) : address;
}
}  // namespace

void *imported_address(const char *library, const char *name) {
  if (!libraries.allowed) critical(std::string("Cannot call '") + library + "::" + name + "', DLL imports are not allowed");
  if (std::string_view(library) != "libzmq.dll") critical(std::string("Cannot load '") + library + "' [126]");
  return counted(name, found(libraries.zmq_handle, libraries.zmq, library, name));
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

Traffic traffic() {
  Traffic all{.sent = sent, .open = static_cast<long>(sockets.size())};
  for (const auto &[socket, counts] : sockets) all.received += counts.received, all.waiting += counts.waits;
  return all;
}
}  // namespace host
}  // namespace mql
