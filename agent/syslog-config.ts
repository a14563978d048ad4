/** Settings of the syslog receiver: off until listeners are named; every listener says whom it takes messages from. */
import { z } from 'zod';
import { LANES } from '#protocol/lane.ts';
import { LIMITS } from '#protocol/limits.ts';
import { absolutePath, fault, ipAddress, network } from './setting-types.ts';
import { syslogSourceName } from './sources/syslog/source-name.ts';

const LISTENERS_MAX = 16;

const listenerSchema = () =>
  z
    .strictObject({
      protocol: z.enum(['udp', 'tcp', 'tls']),
      /** Left out: all addresses of this host. */
      address: ipAddress.optional(),
      port: z.int().min(1).max(65_535),
      /** Networks whose messages are taken. */
      allow: z.array(network).min(1).max(1_000),
      channel: z.enum(['linux-syslog', 'sshd']).default('linux-syslog'),
      /** Left out: that of the channel. */
      lane: z.enum(LANES).optional(),
      /** PEM files; for the protocol `tls`. */
      tls: z
        .strictObject({
          certFile: absolutePath,
          keyFile: absolutePath,
          /** Authorities whose certificates senders must show; left out: they need none. */
          clientCaFile: absolutePath.optional(),
        })
        .optional(),
    })
    .refine(({ protocol, tls }) => (protocol === 'tls') === (tls !== undefined), fault('tls-files'));

export const syslogSchema = () =>
  z.strictObject({
    listeners: z
      .array(listenerSchema())
      .max(LISTENERS_MAX)
      .refine(
        (listeners) => new Set(listeners.map(syslogSourceName)).size === listeners.length,
        fault('listener-twice'),
      )
      .default([]),
    /** Of a longer message the rest is cut and counted. */
    messageBytesMax: z.int().min(480).max(LIMITS.recordTextBytesMax).default(65_536),
    /** Of one sender; what is above it is dropped and counted. */
    recordsPerSecondMax: z.int().min(1).max(1_000_000).default(2_000),
    /** Of one listener. */
    connectionsMax: z.int().min(1).max(10_000).default(256),
    connectionsPerAddressMax: z.int().min(1).max(10_000).default(16),
    /** A connection on which nothing comes for so long is closed. */
    idleMsMax: z.int().min(1_000).max(86_400_000).default(3_600_000),
  });

export type SyslogConfig = z.infer<ReturnType<typeof syslogSchema>>;
export type SyslogListenerConfig = SyslogConfig['listeners'][number];
