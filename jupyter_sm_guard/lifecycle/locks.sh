# shellcheck shell=bash disable=SC2034,SC2154  # part of on_start.sh, with --locked
# Jupyter's configuration folder becomes root's: a copy of the one that is there when the instance
# starts (SageMaker's own), and on top of it what turns the guard on and keeps it on.
set_locks() {
  local folder=$ETC/jupyter user=/home/ec2-user/.jupyter changed=no
  if [[ ! -d $folder ]]; then
    mkdir -p -- "$folder.new" || return 1
    if [[ -d $user && ! -L $user ]]; then
      bounded 10 cp -RP --no-preserve=ownership,mode,links -- "$user/." "$folder.new/" || return 1
      rm -rf -- "$folder.new/lab"
    fi
    chmod -R u=rwX,go=rX -- "$folder.new" && mv -T -- "$folder.new" "$folder" || return 1
    changed=yes
  fi
  put "$folder/jupyter_server_config.d/jupyter_sm_guard.json" <<'JSON' || return 1
{"ServerApp": {"jpserver_extensions": {"jupyter_sm_guard": true}}}
JSON
  changed=$changed$NEW
  put "$folder/jupyter_lab_config.json" <<JSON || return 1
{"LabApp": {"extra_labextensions_path": ["$JUPYTER_ENV/share/jupyter/labextensions"]}}
JSON
  changed=$changed$NEW
  put "$folder/labconfig/page_config.json" <<'JSON' || return 1
{"disabledExtensions": {"jupyter-sm-guard": false},
 "lockedExtensions": {
@plugins@
 }}
JSON
  changed=$changed$NEW
  put "$PROFILE" <<SH || return 1
export JUPYTER_CONFIG_DIR=$folder
export JUPYTERLAB_SETTINGS_DIR=$user/lab/user-settings
export JUPYTERLAB_WORKSPACES_DIR=$user/lab/workspaces
export PYTHONNOUSERSITE=1
SH
  case $changed$NEW in
    *yes*)
      CHANGED=yes
      say "Jupyter's configuration is locked in $folder"
      ;;
    *) say "Jupyter's configuration is locked in $folder already" ;;
  esac
}
