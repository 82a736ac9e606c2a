#!/bin/bash
# jupyter-sm-guard lifecycle script. `jupyter sm-guard lifecycle render` makes it; do not edit.
#
#   (no argument)   install, when the instance starts
#   remove          take everything away again
#
# Whatever fails here, the instance starts: every step is bounded in time and says in one line what
# it did, and the script ends with 0.

# settings
TARGET=notebook-instance
VERSION=0.0.0
WHEEL=jupyter_sm_guard-0.0.0-py3-none-any.whl
SHA256=0000000000000000000000000000000000000000000000000000000000000000
SOURCE=s3://bucket/prefix
POLICY=none
POLICY_FILE=''
POLICY_SHA256=''
KERNELS=()
EXTRAS=()
ALLOWED=120
# end of settings

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
unset PYTHONPATH PYTHONHOME BASH_ENV ENV
trap 'exit 0' EXIT
trap '' PIPE
umask 022
cd /
SECONDS=0

CONDA=/home/ec2-user/anaconda3
JUPYTER_ENV=$CONDA/envs/JupyterSystemEnv
STATE=/var/lib/jupyter-sm-guard
ETC=/etc/jupyter-sm-guard
PROFILE=/etc/profile.d/jupyter-sm-guard.sh
METADATA=/opt/ml/metadata/resource-metadata.json
# only Studio
ROOT=()
if [[ $TARGET == studio ]]; then
  CONDA=/opt/conda
  JUPYTER_ENV=$CONDA
  PATH=$CONDA/bin:$PATH
  if ((EUID != 0)); then
    ROOT=(sudo -n)
  fi
fi
# end of only Studio
CHANGED=no

say() {
  printf 'jupyter-sm-guard: %s\n' "$*"
}

last_line() {
  local text=${1%$'\n'}
  text=${text##*$'\n'}
  printf '%s' "${text:0:300}"
}

# bounded SECONDS COMMAND…: no longer than that, nor than what is left for the whole script
bounded() {
  local most=$1 left=$((ALLOWED - SECONDS))
  shift
  if ((left < most)); then
    most=$left
  fi
  if ((most <= 0)); then
    return 124
  fi
  timeout -k 2 "$most" "$@" </dev/null
}

why() {
  case $1 in
    124 | 137) printf 'it did not end in time' ;;
    127) printf 'a program is missing: %s' "$(last_line "$2")" ;;
    *) last_line "$2" ;;
  esac
}

sha256() {
  local sum
  sum=$(bounded 20 "${ROOT[@]}" sha256sum -- "$1" 2>&1)
  printf '%s' "${sum%% *}"
}

# put PATH: make standard input that file, at once, readable by all; NEW=yes if it was different
put() {
  local path=$1 folder=${1%/*} draft
  NEW=no
  "${ROOT[@]}" mkdir -p -- "$folder" 2>/dev/null || return 1
  draft=$("${ROOT[@]}" mktemp "$folder/.new.XXXXXX" 2>/dev/null) || return 1
  if "${ROOT[@]}" tee -- "$draft" >/dev/null 2>&1 && "${ROOT[@]}" chmod 644 -- "$draft"; then
    if "${ROOT[@]}" cmp -s -- "$draft" "$path" && [[ ! -L $path ]]; then
      "${ROOT[@]}" rm -f -- "$draft"
      return 0
    fi
    if "${ROOT[@]}" mv -fT -- "$draft" "$path"; then
      NEW=yes
      return 0
    fi
  fi
  "${ROOT[@]}" rm -f -- "$draft"
  return 1
}

# from_s3 NAME FILE: the object, as that file. The Region is this machine's own: without one, aws asks
# an endpoint that a gateway to S3 does not reach. And it is asked without sudo, which would take the
# variables with Studio's credentials away.
from_s3() {
  local region=()
  if [[ $(bounded 5 head -c 65536 -- "$METADATA" 2>/dev/null) =~ arn:[a-z-]+:sagemaker:([a-z0-9-]+): ]]; then
    region=(--region "${BASH_REMATCH[1]}")
  fi
  set -o pipefail
  AWS_MAX_ATTEMPTS=2 bounded 60 aws s3 cp --only-show-errors --cli-connect-timeout 5 \
    --cli-read-timeout 20 "${region[@]}" "$SOURCE/$1" - | "${ROOT[@]}" tee -- "$2" >/dev/null
}

# fetch NAME SHA256: have $STATE/wheels/NAME with that hash, where users can't write
fetch() {
  local name=$1 file=$STATE/wheels/$1 said code got
  if [[ -f $file && $(sha256 "$file") == "$2" ]]; then
    return 0
  fi
  if ! "${ROOT[@]}" mkdir -p -- "$STATE/wheels"; then
    say "$name: $STATE/wheels can't be made"
    return 1
  fi
  "${ROOT[@]}" rm -f -- "$file.part" 2>/dev/null
  if [[ $SOURCE == s3://* ]]; then
    said=$(from_s3 "$name" "$file.part" 2>&1)
  else # someone else may have laid it there: nothing but a regular file, not without end, and what
    # it leads to is for nobody to read before it is approved
    said=$(umask 077 && bounded 20 "${ROOT[@]}" dd if="$SOURCE/$name" of="$file.part" \
      iflag=nonblock,fullblock,nofollow \
      bs=1M count=64 status=none 2>&1)
  fi
  code=$?
  if ((code != 0)); then
    say "$name: could not be fetched from $SOURCE: $(why "$code" "$said")"
  else
    got=$(sha256 "$file.part")
    if [[ $got == "$2" ]]; then
      "${ROOT[@]}" chmod 644 -- "$file.part" && "${ROOT[@]}" mv -fT -- "$file.part" "$file" && return 0
      say "$name: could not be put into $STATE/wheels"
    else
      say "$name: is not the file that was approved (SHA-256 $got, not $2); it is not used"
    fi
  fi
  "${ROOT[@]}" rm -f -- "$file.part" 2>/dev/null
  return 1
}

# as_owner ENVIRONMENT COMMAND…: as whom the environment belongs to, never as root where users can
# write
as_owner() {
  local owner as=()
  owner=$(stat -c %U -- "$1")
  shift
  if ((EUID == 0)) && [[ $owner != root ]]; then
    as=(runuser -u "$owner" --)
  fi
  bounded 90 "${as[@]}" "$@" 2>&1
}

# python_of ENVIRONMENT ARGUMENTS…: its Python, with nothing of anybody's settings
python_of() {
  local env=$1
  shift
  as_owner "$env" env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 HOME=/nonexistent \
    PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 \
    "$env/bin/python" -I "$@"
}

# half an installation is worse than none, also when the time is up
sweep() {
  local ALLOWED=$((SECONDS + 10))
  as_owner "$1" rm -rf -- "$1"/lib/python3*/site-packages/jupyter_sm_guard{,-*.dist-info} \
    "$1/share/jupyter/labextensions/jupyter-sm-guard" \
    "$1/etc/jupyter/jupyter_server_config.d/jupyter_sm_guard.json" >/dev/null
}

has_guard() {
  compgen -G "$1/lib/python3*/site-packages/jupyter_sm_guard-$2.dist-info" >/dev/null
}

# install_into ENVIRONMENT: 0 if the very wheel is in it now
install_into() {
  local env=$1 name=${1##*/} said code mark had=yes
  mark=$STATE/installed/$name
  if [[ $(cat -- "$mark" 2>/dev/null) == "$SHA256" ]] && has_guard "$env" "$VERSION"; then
    say "$name: $VERSION is there already"
    return 0
  fi
  "${ROOT[@]}" rm -f -- "$mark" 2>/dev/null
  has_guard "$env" '*' || had=no
  said=$(python_of "$env" -m pip install -q --no-index --no-deps --no-cache-dir --force-reinstall \
    "$STATE/wheels/$WHEEL")
  code=$?
  if ((code != 0)); then
    say "$name: could not be installed: $(why "$code" "$said")"
    [[ $had == yes ]] || sweep "$env" # else pip has put back what was there
    return 1
  fi
  CHANGED=yes
  put "$mark" <<<"$SHA256" || say "$name: $mark could not be written, so the next start installs again"
  say "$name: $VERSION is installed"
}

# what a kernel may lack, where it lacks it
add_extras() {
  local env=$1 name=${1##*/} said code i wheels=()
  for ((i = 0; i < ${#EXTRAS[@]}; i += 2)); do
    wheels+=("$STATE/wheels/${EXTRAS[i]}")
  done
  if ((${#wheels[@]} == 0)) || python_of "$env" -c 'import ipywidgets' >/dev/null; then
    return 0
  fi
  said=$(python_of "$env" -m pip install -q --no-index --no-deps --no-cache-dir "${wheels[@]}")
  code=$?
  if ((code == 0)); then
    say "$name: ipywidgets is installed"
  else
    say "$name: ipywidgets could not be installed: $(why "$code" "$said")"
  fi
}

kernel_environments() {
  local env wanted
  if [[ ${KERNELS[0]} == all ]]; then
    for env in "$CONDA"/envs/*; do
      if [[ -x $env/bin/python && $env != "$JUPYTER_ENV" ]]; then
        printf '%s\n' "$env"
      fi
    done
    return 0
  fi
  for wanted in "${KERNELS[@]}"; do
    env=$CONDA/envs/${wanted#conda_}
    if [[ -x $env/bin/python ]]; then
      printf '%s\n' "$env"
    else
      say "$wanted: there is no environment $env" >&2
    fi
  done
}

policy_inside() {
  cat <<'JUPYTER_SM_GUARD_POLICY'
JUPYTER_SM_GUARD_POLICY
}

# lay WHAT PATH: make standard input that file, and say so
lay() {
  if put "$2"; then
    say "$1 is in $2$([[ $NEW == yes ]] || printf ' already')"
  else
    say "$1 could not be written to $2"
  fi
}

set_policy() {
  if [[ $POLICY == inside ]]; then
    lay 'the policy' "$ETC/policy.toml" < <(policy_inside)
  elif [[ $POLICY == fetched ]] && fetch "$POLICY_FILE" "$POLICY_SHA256"; then
    lay 'the policy' "$ETC/policy.toml" <"$STATE/wheels/$POLICY_FILE"
  fi # where it can't be fetched the last good one stays
}

# what was installed is loaded, also when the time is up
restart_jupyter() {
  local said ALLOWED=$((SECONDS + 20))
  if [[ $CHANGED != yes ]]; then
    say "nothing changed, so Jupyter goes on"
  elif [[ $TARGET == studio ]]; then
    said=$(bounded 20 restart-jupyter-server 2>&1) || say "Jupyter was not restarted: $(why "$?" "$said")"
  elif said=$(bounded 10 systemctl --no-block try-restart jupyter-server.service 2>&1); then
    say "Jupyter restarts if it runs already"
  else
    say "Jupyter could not be restarted: $(why "$?" "$said")"
  fi
}

# more steps

install_all() {
  local env i
  if [[ ! -x $JUPYTER_ENV/bin/python ]]; then
    say "there is no Python in $JUPYTER_ENV, so nothing was installed"
    return 0
  fi
  install_into "$JUPYTER_ENV" || return 0
  for ((i = 0; i < ${#EXTRAS[@]}; i += 2)); do
    fetch "${EXTRAS[i]}" "${EXTRAS[i + 1]}" || EXTRAS=()
  done
  if ((${#KERNELS[@]} > 0)); then
    while read -r env; do
      install_into "$env" && add_extras "$env"
    done < <(kernel_environments)
  fi
  if declare -F set_locks >/dev/null; then
    set_locks || say "Jupyter's configuration could not be locked"
  fi
  if declare -F set_defaults >/dev/null; then
    set_defaults
  fi
}

install() {
  local got=no
  set_policy
  if fetch "$WHEEL" "$SHA256"; then
    got=yes
    install_all
  fi
  restart_jupyter # before the collector, which may use up what time is left
  if declare -F set_collector >/dev/null && { [[ $got == no ]] || ! set_collector; }; then
    say "the collector could not be installed, so everything is UNKNOWN"
  fi
}

remove() {
  local env said python
  if read -r python 2>/dev/null <"$STATE/collector/installed"; then
    say "$(last_line "$(bounded 40 "$python" -IS "$STATE/collector" collector remove 2>&1)")"
  fi
  for env in "$JUPYTER_ENV" "$CONDA"/envs/*; do
    if has_guard "$env" '*'; then
      if said=$(python_of "$env" -m pip uninstall -q -y jupyter_sm_guard); then
        CHANGED=yes
        say "${env##*/}: removed"
      else
        say "${env##*/}: could not be removed: $(last_line "$said")"
      fi
    fi
  done
  if "${ROOT[@]}" rm -rf -- "$STATE" "$ETC" "$PROFILE"; then
    say "$STATE and $ETC are gone"
  fi
  if declare -F remove_defaults >/dev/null; then
    remove_defaults
  fi
  restart_jupyter
}

main() {
  if [[ $1 == remove ]]; then
    remove
  else
    install
  fi
}

main "${1-}"
