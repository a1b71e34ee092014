#!/usr/bin/env bash
# vmtouch 1.3.1 and fincore 2.38.1 (util-linux, Debian 12) on Linux 6.18: of a file that a user may read but neither owns nor may write, both
# report every page as cached, when none is. They ask mincore(2), which since Linux 5.2 answers "resident" for all pages to those who could
# not write the file, and neither says so. (Expected: 0 %, or an error.) Needs root, which makes the file and then runs both as nobody.
set -euo pipefail
version=1.3.1-2
util=2.38.1-5+deb12u3
if [ "$(id -u)" -ne 0 ]; then echo 'needs root'; exit 1; fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chmod 755 .
apt-get download -qq "vmtouch=$version" "util-linux-extra=$util" 2>/dev/null
for package in ./*.deb; do dpkg -x "$package" .; done
usr/bin/fincore --version
dd if=/dev/zero of=file bs=1M count=16 conv=fsync status=none
chmod 644 file
dd if=file iflag=nocache count=0 status=none # drops what of it is cached
owner=$(usr/bin/vmtouch file | grep -o 'Resident Pages: [0-9]*/4096')
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
other=$("${nobody[@]}" usr/bin/vmtouch file | grep -o 'Resident Pages: [0-9]*/4096')
other_fincore=$("${nobody[@]}" usr/bin/fincore --noheadings --bytes --output PAGES file | tr -d ' ')
echo "vmtouch $version: owner: $owner; another user: $other"
echo "fincore: owner: $(usr/bin/fincore --noheadings --bytes --output PAGES file | tr -d ' ') pages; another user: $other_fincore pages of 4096"
[ "$owner" = 'Resident Pages: 0/4096' ]
[ "$other" = 'Resident Pages: 4096/4096' ]
[ "$other_fincore" = 4096 ]
echo 'as described'
