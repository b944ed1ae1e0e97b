#!/bin/sh
# What a till of the native dialect says; products and prices are examples.
set -eu
tell() {
  mosquitto_pub -V mqttv311 -q 1 -h "{{host}}" -p {{port}} -i "{{deviceId}}" -u "{{username}}" -P "{{password}}" "$@"
}
root="aisle/v1/devices/{{deviceId}}"
now() { date +%s000; }

# A sign of life: at least every 30 s when there is nothing else to say. As a last will: the same with "offline", retained.
tell -r -t "$root/state" -m "{\"state\":\"online\",\"model\":\"by hand\",\"firmware\":\"1\",\"ts\":$(now)}"

# One message per receipt. A return has negative quantity and net.
receipt="TRY-{{deviceId}}-$(date +%s)"
tell -t "$root/till/sale" -m "{\"ts\":$(now),\"receipt\":\"$receipt\",\"lines\":[{\"gtin\":\"{{gtin}}\",\"quantity\":2,\"net\":{{amount}},\"gross\":{{amount}},\"discount\":0,\"tax\":0}]}"
