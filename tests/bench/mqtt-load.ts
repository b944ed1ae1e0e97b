import { connect } from 'node:net';
import mqttPacket from 'mqtt-packet';

/**
 * A lean MQTT publisher, so that the broker is measured and not the sender: packets are made beforehand, at most `window`
 * unacknowledged at QoS 1.
 */
export interface Message {
  topic: string;
  payload: string;
}

export function packetsOf(messages: readonly Message[]): Buffer[] {
  return messages.map(({ topic, payload }, index) =>
    mqttPacket.generate({
      cmd: 'publish',
      topic,
      payload,
      qos: 1,
      dup: false,
      retain: false,
      messageId: (index % 65_000) + 1,
    }),
  );
}

/** Sends everything and resolves with the milliseconds from the first byte to the last PUBACK. */
export function blast(options: {
  port: number;
  username?: string;
  password?: string;
  packets: readonly Buffer[];
  window: number;
}): Promise<number> {
  const { packets, window } = options;
  return new Promise((resolve, reject) => {
    const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    let next = 0;
    let acknowledged = 0;
    let began = 0;
    const send = () => {
      const until = Math.min(packets.length, acknowledged + window);
      if (next < until) {
        socket.write(Buffer.concat(packets.slice(next, until)));
        next = until;
      }
    };
    parser.on('packet', (packet) => {
      if (packet.cmd === 'connack') {
        if (packet.returnCode !== 0) return reject(new Error(`connection refused: ${packet.returnCode}`));
        began = performance.now();
        send();
      } else if (packet.cmd === 'puback') {
        acknowledged += 1;
        if (acknowledged === packets.length) {
          const elapsed = performance.now() - began;
          socket.end(mqttPacket.generate({ cmd: 'disconnect' }));
          resolve(elapsed);
        } else if (next - acknowledged <= window / 2) send();
      }
    });
    socket.on('data', (data) => parser.parse(data));
    socket.on('error', reject);
    socket.on('close', () => {
      if (acknowledged < packets.length)
        reject(new Error(`the broker closed after ${acknowledged} of ${packets.length}`));
    });
    socket.on('connect', () => {
      socket.write(
        mqttPacket.generate({
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: 4,
          clean: true,
          clientId: `load-${process.pid}`,
          keepalive: 0,
          ...(options.username && { username: options.username, password: Buffer.from(options.password ?? '') }),
        }),
      );
    });
  });
}
