# shellcheck shell=bash disable=SC2034,SC2154  # part of on_start.sh, with --sdk-defaults
SDK=/etc/xdg/sagemaker/config.yaml
OURS='# Made from the [jobs] of the jupyter_sm_guard policy'

is_ours() {
  [[ -f $SDK && ! -L $SDK && $(bounded 5 head -n 1 -- "$SDK" 2>/dev/null) == "$OURS"* ]]
}

# The SageMaker SDK's defaults as the policy that is in force here wants jobs. The guard that was
# just installed makes them, as whom it belongs to; what it says is only ever written down.
set_defaults() {
  local said
  if [[ -e $SDK || -L $SDK ]] && ! is_ours; then
    say "$SDK is not the guard's, so it stays as it is"
    return 0
  fi
  said=$(python_of "$JUPYTER_ENV" -m jupyter_sm_guard.start sdk-defaults)
  if [[ $said == "$OURS"* ]]; then
    lay "what the policy wants of jobs" "$SDK" <<<"$said"
  else
    say "$SDK could not be made: $(last_line "$said")"
  fi
}

remove_defaults() {
  if is_ours && "${ROOT[@]}" rm -f -- "$SDK"; then
    say "$SDK is gone"
  fi
}
