# shellcheck shell=bash disable=SC2034,SC2154  # part of on_start.sh, with --collector
# From here on only the collector's report counts: as long as there is none, for whatever reason,
# everything is UNKNOWN.
[[ ${1-} == remove ]] || mkdir -p -- "$STATE/collected"

# a Python that root alone can change, by any folder on the way to it
find_python() {
  local each
  for each in /usr/bin/python3.1{4,3,2,1} /usr/bin/python3; do
    python=$(realpath -e "$each" 2>/dev/null)
    if [[ ${python%/*} == /usr/bin ]] &&
      [[ -z $(find "$python" /usr/bin /usr / -maxdepth 0 '(' ! -uid 0 -o -perm /022 ')' 2>&1) ]]; then
      bounded 5 "$python" -IS -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
      (($? == 1)) || failed=yes # no answer is none: it did not end in time
    fi
  done
  python=
}

set_collector() {
  local python said failed='' home=$STATE/collector needs=@needs@ package=@package@
  find_python
  if [[ -z $python && -n $package ]]; then
    said=$(bounded 90 dnf -y -q install "$package" 2>&1) || {
      say "$package: $(why "$?" "$said")"
      failed=yes
    }
    find_python
  fi
  if [[ -z $python ]]; then
    if [[ -n $failed ]]; then
      say "whether there is a Python for the collector can't be told"
      return 1
    fi
    rmdir -- "$STATE/collected" 2>/dev/null
    say "no Python 3.11 or newer in /usr/bin is root's alone, so there is no collector"
    return 0
  fi
  fetch "$needs" @needs_sha256@ && rm -rf -- "$home.new" || return 1
  said=$(bounded 60 "$python" -IS -c 'import sys, zipfile
for each in sys.argv[2:]: zipfile.ZipFile(each).extractall(sys.argv[1])' \
    "$home.new" "$STATE/wheels/$WHEEL" "$STATE/wheels/$needs" 2>&1) || {
    say "$needs: could not be unpacked: $(why "$?" "$said")"
    return 1
  }
  put "$home.new/installed" <<<"$python" && rm -rf -- "$home" && mv -T -- "$home.new" "$home" || return 1
  said=$(bounded 60 "$python" -IS "$home" collector install --user "$(stat -c %U -- "$JUPYTER_ENV")" \
    --environment "$JUPYTER_ENV" --every @every@ 2>&1) || {
    say "the collector: $(why "$?" "$said")"
    return 1
  }
  say "$said"
}
