#!/bin/sh
# llama_peer.sh DIR: puts llama.cpp (prebuilt, from npm) and the peer built on it into DIR. Needs npm, git and g++.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && cd "$1"
version=3.22.1
[ -d lib ] || {
    npm pack "@node-llama-cpp/linux-x64@$version" "node-llama-cpp@$version" >/dev/null 2>&1
    mkdir -p lib source
    tar xzf "node-llama-cpp-linux-x64-$version.tgz" -C lib --strip-components=3 package/bins/linux-x64
    tar xzf "node-llama-cpp-$version.tgz" -C source --strip-components=2 package/llama
    git clone -q source/gitRelease.bundle llama.cpp
    for name in libllama libggml libggml-base; do # the names that the libraries ask for
        [ -e "lib/$name.so" ] || ln -s "$(basename "$(ls lib/$name.v*.so | head -1)")" "lib/$name.so"
    done
}
g++ -O2 -std=c++17 -Illama.cpp/include -Illama.cpp/ggml/include "$here/llama_peer.cpp" -o llama_peer \
    -Llib -lllama -lggml -lggml-base -Wl,-rpath,'$ORIGIN/lib'
git -C llama.cpp rev-parse --short HEAD >version
echo "ready: $(pwd)/llama_peer, llama.cpp $(cat version)"
