#!/bin/bash
# Is this process alive? Asks /livez with bash alone: the image has no curl.
# Use: openchair-healthcheck [port]
set -euo pipefail

exec 3<>"/dev/tcp/127.0.0.1/${1:-8080}"
printf 'GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
IFS=' ' read -r -t 3 _ status _ <&3
[[ $status == 200 ]]
