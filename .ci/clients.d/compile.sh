#!/usr/bin/env bash
# Compiles the generated Swift clients and the story: compile.sh FOLDER.
set -euo pipefail
cd "$1"

module() { # FOLDER NAME
  local sources=()
  shopt -s globstar
  sources=("$1"/Sources/**/*.swift)
  swiftc -swift-version 6 -Onone -wmo -num-threads 2 -module-name "$2" -emit-module -emit-library -static \
    -o "lib$2.a" "${sources[@]}"
}
module public OpenChairDirectory
module member OpenChairMember
module circle OpenChairCircle
swiftc -swift-version 6 -Onone -I . -L . -lOpenChairDirectory -lOpenChairMember -lOpenChairCircle main.swift -o story
