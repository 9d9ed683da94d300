// Folders that tests write to.

#ifndef API_ACCESS_TESTS_TEMPORARY_FOLDER_H_
#define API_ACCESS_TESTS_TEMPORARY_FOLDER_H_

#include <filesystem>
#include <fstream>
#include <string>

#include "gtest/gtest.h"

namespace api_access {

// A folder of the test that runs, removed at the end. One test may have several
// of different names.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& name = "folder")
      : path_(std::filesystem::path(testing::TempDir()) /
              (std::string("api_access_") +
               testing::UnitTest::GetInstance()->current_test_info()->name() +
               '_' + name)) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // Returns the path of the file.
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace api_access

#endif  // API_ACCESS_TESTS_TEMPORARY_FOLDER_H_
