#!/bin/sh
# A file of a till that writes ARTS POSLog, by MQTT. The product is one of the shop.
set -eu
# Times of a till's files are the store's.
export TZ="{{timezone}}"
tell() {
  mosquitto_pub -V mqttv311 -q 1 -h "{{host}}" -p {{port}} -i "{{deviceId}}" -u "{{username}}" -P "{{password}}" "$@"
}
root="aisle/v1/devices/{{deviceId}}"
now() { date +%s000; }

# A sign of life: at least every 30 s when there is nothing else to say. As a last will: the same with "offline", retained.
tell -r -t "$root/state" -m "{\"state\":\"online\",\"model\":\"by hand\",\"firmware\":\"1\",\"ts\":$(now)}"

sale=$(mktemp)
trap 'rm -f "$sale"' EXIT
cat > "$sale" <<END
<Transaction><WorkstationID>7</WorkstationID><BusinessDayDate>$(date +%F)</BusinessDayDate>
 <SequenceNumber>$(date +%s)</SequenceNumber><EndDateTime>$(date +%FT%T)</EndDateTime><CurrencyCode>{{currency}}</CurrencyCode>
 <RetailTransaction><LineItem><Sale><POSIdentity POSIDType="EAN"><POSItemID>{{gtin}}</POSItemID></POSIdentity>
  <ExtendedAmount>{{amount}}</ExtendedAmount><Quantity>2</Quantity></Sale></LineItem></RetailTransaction></Transaction>
END
tell -t "$root/till/poslog" -f "$sale"
