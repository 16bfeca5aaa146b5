import type { Layer } from "./layers.ts";

/** Prometheus with promtool, and the exporter that reads files. Their services wait until a test starts them. */
export const prometheus: Layer = {
  name: "prometheus",
  packages: ["prometheus", "prometheus-node-exporter"],
  prepare: `
rm -f /etc/systemd/system/multi-user.target.wants/prometheus*
rm -rf /usr/share/prometheus/web
`,
};
