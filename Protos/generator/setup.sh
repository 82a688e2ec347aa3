# Sourced by generate.sh and check.sh: finds the tools, and fetches the Python packages that requirements.txt pins
# into the build folder (not into the system). Sets `python` and defines `describe FILE`.
for tool in protoc protoc-gen-c python3; do
  command -v "$tool" >/dev/null || {
    echo "$tool is missing: apt-get install protobuf-compiler protobuf-c-compiler libprotobuf-dev grpc-proto python3 python3-pip" >&2
    exit 1
  }
done

requirements=$protos/generator/requirements.txt
packages=$root/.build/protos-$(sha256sum "$requirements" | cut -c1-16)
if [ ! -e "$packages/.complete" ]; then
  rm -rf "$packages"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --no-compile \
    --target "$packages" -r "$requirements" >&2
  touch "$packages/.complete"
fi
python=(env "PYTHONPATH=$packages" PYTHONDONTWRITEBYTECODE=1 python3)

# Writes the descriptors of every .proto file that the project uses, with comments, dependencies first.
describe() {
  (
    cd "$protos"
    # shellcheck disable=SC2046
    protoc -I. -I"$packages" -I/usr/share/grpc-proto -I/usr/include \
      --include_imports --include_source_info --descriptor_set_out="$1" \
      $(find newswire -name '*.proto' | LC_ALL=C sort) \
      google/protobuf/any.proto google/protobuf/duration.proto google/rpc/status.proto google/rpc/error_details.proto \
      grpc/health/v1/health.proto grpc/reflection/v1/reflection.proto grpc/reflection/v1alpha/reflection.proto \
      grpc/testing/empty.proto grpc/testing/messages.proto grpc/testing/test.proto
  )
}
