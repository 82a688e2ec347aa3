"""Shows that the lint finds each thing that it should: run by Protos/check.sh."""

import pathlib
import subprocess
import tempfile
import unittest

from google.protobuf import descriptor_pb2

from lint import Lint
from model import Model

GOOD = """
// An enum.
enum Kind {
  // None.
  KIND_UNSPECIFIED = 0;
}
// A message.
message Good {
  // A number.
  int32 number = 1;
  // A kind.
  Kind kind = 2;
  // The payload.
  bytes data = 1000;
}
"""


def findings(body, header='syntax = "proto3"; package newswire.v1;'):
    """What the lint says to a file with this content."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "newswire/v1/sample.proto")
        path.parent.mkdir(parents=True)
        path.write_text(header + body)
        out = pathlib.Path(folder, "out")
        subprocess.run(
            ["protoc", f"-I{folder}", "--include_source_info", f"--descriptor_set_out={out}", str(path)], check=True)
        model = Model(descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes()), lambda name: True)
    lint = Lint(model)
    for file in model.files:
        lint.file(file)
    lint.recursion()
    return lint.findings


class LintTest(unittest.TestCase):
    def finds(self, body, expected, **keywords):
        found = findings(body, **keywords)
        self.assertTrue(any(expected in finding for finding in found), f"{expected!r} is not in {found}")

    def test_good_file_has_no_findings(self):
        self.assertEqual(findings(GOOD), [])

    def test_missing_comments(self):
        for name in ("An enum", "None", "A message", "A number", "The payload"):
            self.finds(GOOD.replace(f"// {name}.", ""), "has no comment")

    def test_comment_without_full_stop(self):
        self.finds(GOOD.replace("A number.", "A number"), "full stop")

    def test_optional(self):
        self.finds(GOOD.replace("int32 number", "optional int32 number"), "is `optional`")

    def test_recursion(self):
        self.finds(GOOD.replace("int32 number", "repeated Good number"), "can hold itself")

    def test_enum_without_unspecified(self):
        self.finds(GOOD.replace("KIND_UNSPECIFIED", "KIND_NONE"), "KIND_UNSPECIFIED = 0")

    def test_field_above_the_payload(self):
        self.finds(GOOD.replace("number = 1", "number = 1001"), "above 999")

    def test_payload_of_another_type(self):
        self.finds(GOOD.replace("bytes data", "string data"), "above 999")

    def test_payload_that_is_not_last(self):
        moved = GOOD.replace("  // A number.\n  int32 number = 1;\n", "").replace(
            "1000;\n", "1000;\n  // A number.\n  int32 number = 1;\n")
        self.finds(moved, "not the last")

    def test_payload_within_another_message(self):
        outer = "// Outer.\nmessage Outer {\n  // Inner.\n  Good inner = 1;\n}\n"
        self.finds(GOOD + outer, "holds a message with a payload")

    def test_names(self):
        self.finds(GOOD.replace("int32 number", "int32 theNumber"), "usual form")
        self.finds(GOOD.replace("message Good", "message bad_name"), "usual form")

    def test_package_that_does_not_fit_the_folder(self):
        self.finds(GOOD, "does not fit the folder", header='syntax = "proto3"; package newswire.v2;')

    def test_method_with_another_request(self):
        service = "// A service.\nservice S {\n  // Calls.\n  rpc Call(Good) returns (Good);\n}\n"
        self.finds(GOOD + service, "not named after it")


if __name__ == "__main__":
    unittest.main(verbosity=0)
