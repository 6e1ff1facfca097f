# Runs a command beside a keyring of its own, in a session of its own: sh keyring.sh locked|open COMMAND…
# The keyring ends with the session.
set -eu
state=$1
shift
printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null
if [ "$state" = locked ]; then
    # `secret-tool lock` crashes in libsecret 0.20.
    dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
        org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null
fi
exec "$@"
