#include "weir/base/digest.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Digest, Md5AgreesWithTheTestSuiteOfItsStandard) {
  const auto hex = [](BytesView bytes) { return to_hex(view_of(md5(bytes))); };
  EXPECT_EQ(hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hex("12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
            "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(Digest, Sha256AgreesWithTheExamplesOfItsStandard) {
  const auto hex = [](BytesView bytes) { return to_hex(view_of(sha256(bytes))); };
  EXPECT_EQ(hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, Base64PadsAsItsStandardSays) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
}

TEST(Digest, Base64ReadsWhatItWroteAndNothingElse) {
  Bytes bytes;
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(from_base64(to_base64(bytes)).value_or("?"), bytes);
    bytes += static_cast<char>(i);
  }
  EXPECT_EQ(from_base64("Zg").value_or("?"), "f");
  for (const char* bad : {"Z", "Zg=", "Zg===", "Z g=", "Zm9v=", "Zm9v====", "====", "=", "Zm-v"})
    EXPECT_FALSE(from_base64(bad)) << bad;
}

}  // namespace
}  // namespace weir
