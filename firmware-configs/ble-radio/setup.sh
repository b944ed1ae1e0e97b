#!/bin/sh
# On the agent's own machine (Debian), as root: its Bluetooth adapter for the device {{deviceId}}. There is nothing to log in with.
# AGENT_USER: the account that the agent runs under.
set -eu
apt-get install --yes bluez
systemctl enable --now bluetooth
rfkill unblock bluetooth
adduser "${AGENT_USER:?the account that the agent runs under}" bluetooth
bluetoothctl show
echo "Powered: yes? Then restart the agent's service, so that it is in the group."
