#!/bin/bash
# Proves that the .proto files keep the project's rules and that the generated C and Swift are fresh.
set -euo pipefail

protos=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$protos")
source "$protos/generator/setup.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
describe "$work/descriptors"
"${python[@]}" "$protos/generator/test_lint.py"
"${python[@]}" "$protos/generator/lint.py" "$work/descriptors"

"${python[@]}" "$protos/generator/generate.py" "$work/descriptors" "$work/fresh"
status=0
while IFS= read -r path; do
  diff -r -q "$work/fresh/$path" "$root/$path" >&2 || status=1
done < <(cd "$protos/generator" && "${python[@]}" -c 'import generate; print(*generate.PRODUCTS, sep="\n")')
if [ "$status" != 0 ]; then
  echo "The generated messages are not fresh: run make generate and commit what it changes." >&2
fi
exit "$status"
