#!/bin/sh
# What a BLE receiver of the native dialect says; the device that it heard is an example.
set -eu
tell() {
  mosquitto_pub -V mqttv311 -q 1 -h "{{host}}" -p {{port}} -i "{{deviceId}}" -u "{{username}}" -P "{{password}}" "$@"
}
root="aisle/v1/devices/{{deviceId}}"
now() { date +%s000; }

# A sign of life: at least every 30 s when there is nothing else to say. As a last will: the same with "offline", retained.
tell -r -t "$root/state" -m "{\"state\":\"online\",\"model\":\"by hand\",\"firmware\":\"1\",\"ts\":$(now)}"

# What was heard in the last second or less.
tell -t "$root/ble/adverts" -m "{\"ts\":$(now),\"adverts\":[{\"address\":\"54:48:E6:8F:80:A5\",\"rssiDbm\":-62,\"serviceData\":{\"fcd2\":\"4000190650c3\"}}]}"
