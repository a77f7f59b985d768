// Files in the terminal's sandbox. Without FILE_SHARE_READ or FILE_SHARE_WRITE a file is opened by one alone, as on
// Windows: a lock of the machine's keeps other hosts out, whichever process they are.
#include "host.hpp"
#include "mql5.hpp"
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mql {

namespace fs = std::filesystem;

namespace {
std::map<int, int> opened;  // handle -> descriptor
int handles = 0;

// The place of a file in the sandbox; "" for a name that leads out of it.
std::string place(const String &name, int flags) {
  std::string path = to_utf8(name);
  for (char &each : path) each = each == '\\' ? '/' : each;
  if (path.empty() || path[0] == '/' || ("/" + path + "/").find("/../") != std::string::npos) return "";
  return (flags & FILE_COMMON ? host::sandbox().common : host::sandbox().files) + "/" + path;
}

int descriptor(int handle) {
  const auto found = opened.find(handle);
  if (found != opened.end()) return found->second;
  host::set_error(ERR_INVALID_FILEHANDLE);
  return -1;
}

int failed(int code) { return host::set_error(code), INVALID_HANDLE; }
}  // namespace

int FileOpen(const String &name, int flags, short, uint) {
  const std::string path = place(name, flags);
  if (path.empty()) return failed(ERR_CANNOT_OPEN_FILE);
  const bool reads = flags & FILE_READ, writes = flags & FILE_WRITE;
  if (!writes && !fs::exists(path)) return failed(ERR_FILE_NOT_EXIST);
  if (writes) fs::create_directories(fs::path(path).parent_path());
  const int file = open(path.c_str(), (writes ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC, 0600);
  if (file < 0) return failed(ERR_CANNOT_OPEN_FILE);
  const bool shared = flags & (FILE_SHARE_READ | FILE_SHARE_WRITE);
  if (flock(file, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 || (writes && !reads && ftruncate(file, 0) != 0)) {
    close(file);
    return failed(ERR_CANNOT_OPEN_FILE);
  }
  opened[++handles] = file;
  return handles;
}

void FileClose(int handle) {
  const int file = descriptor(handle);
  if (file < 0) return;
  close(file);
  opened.erase(handle);
}

void FileFlush(int handle) { descriptor(handle); }  // every write has already been handed to the system

ulong FileSize(int handle) {
  struct stat facts {};
  return fstat(descriptor(handle), &facts) == 0 ? static_cast<ulong>(facts.st_size) : 0;
}

bool FileSeek(int handle, long offset, ENUM_FILE_POSITION origin) {
  constexpr int WHENCE[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  return lseek(descriptor(handle), offset, WHENCE[static_cast<int>(origin)]) >= 0;
}

ulong FileTell(int handle) {
  const off_t at = lseek(descriptor(handle), 0, SEEK_CUR);
  return at < 0 ? 0 : static_cast<ulong>(at);
}

bool FileIsExist(const String &name, int flags) {
  const std::string path = place(name, flags);
  return !path.empty() && fs::is_regular_file(path);
}

bool FileMove(const String &from, int from_flags, const String &to, int to_flags) {
  const std::string source = place(from, from_flags), target = place(to, to_flags);
  const bool refused = source.empty() || target.empty() || (fs::exists(target) && !(to_flags & FILE_REWRITE));
  if (!refused && rename(source.c_str(), target.c_str()) == 0) return true;
  return host::set_error(ERR_CANNOT_OPEN_FILE), false;
}

bool FolderCreate(const String &name, int flags) {
  const std::string path = place(name, flags);
  std::error_code error;
  return !path.empty() && (fs::create_directories(path, error), fs::is_directory(path));
}

uint read_file_items(int handle, void *items, long size, long count) {
  const ssize_t bytes = count > 0 ? read(descriptor(handle), items, static_cast<size_t>(size * count)) : 0;
  return bytes < 0 ? 0 : static_cast<uint>(bytes / size);
}

uint write_file_items(int handle, const void *items, long size, long count) {
  const std::string_view content(static_cast<const char *>(items), static_cast<size_t>(size * count));
  host::reach("write", content);
  const ssize_t bytes = write(descriptor(handle), content.data(), content.size());
  host::reach("written", content);
  return bytes < 0 ? 0 : static_cast<uint>(bytes / size);
}

}  // namespace mql
