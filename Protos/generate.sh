#!/bin/bash
# Writes the C and Swift of all messages into the source tree, or under the folder given as first argument.
# The output depends on nothing but the .proto files, this folder, and Debian 12's protoc and protoc-c.
set -euo pipefail

protos=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$protos")
output=${1:-$root}
source "$protos/generator/setup.sh"

descriptors=$(mktemp)
trap 'rm -f "$descriptors"' EXIT
describe "$descriptors"
"${python[@]}" "$protos/generator/generate.py" "$descriptors" "$output"
