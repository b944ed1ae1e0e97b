#!/bin/sh
# What an RFID reader of the native dialect says; the tag is an example, of a product of the shop.
set -eu
tell() {
  mosquitto_pub -V mqttv311 -q 1 -h "{{host}}" -p {{port}} -i "{{deviceId}}" -u "{{username}}" -P "{{password}}" "$@"
}
root="aisle/v1/devices/{{deviceId}}"
now() { date +%s000; }

# A sign of life: at least every 30 s when there is nothing else to say. As a last will: the same with "offline", retained.
tell -r -t "$root/state" -m "{\"state\":\"online\",\"model\":\"by hand\",\"firmware\":\"1\",\"ts\":$(now)}"

# What was read since the last message; with empty reads while nothing is heard, every few seconds.
tell -t "$root/rfid/reads" -m "{\"ts\":$(now),\"reads\":[{\"epc\":\"{{epc}}\",\"antenna\":{{antenna}},\"rssiDbm\":-56}]}"
