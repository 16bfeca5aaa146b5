/** For `promtool test rules`: for each alert of docs/metrics.md the numbers at which it is silent, and those at which it is not. */
export const alertTests = `
rule_files: [alerts.yml]
evaluation_interval: 1m
tests:
  - name: nothing is wrong
    interval: 1m
    input_series:
      - { series: 'sshctl_collection_success{instance="web1"}', values: "1x30" }
      - { series: 'node_textfile_mtime_seconds{instance="web1",file="/x/sshctl.prom"}', values: "0+60x30" }
      - { series: 'sshctl_oldest_session_login_timestamp_seconds{instance="web1"}', values: "0x30" }
      - { series: 'sshctl_unauthenticated_connections{instance="web1"}', values: "50x30" }
      - { series: 'sshctl_locks{instance="web1",state="holding"}', values: "3x30" }
      - { series: 'sshctl_locks{instance="web1",state="broken"}', values: "0x30" }
      - { series: 'sshctl_locks{instance="web1",state="damaged"}', values: "0x30" }
    alert_rule_test:
      - { alertname: SshctlCannotSee, eval_time: 30m }
      - { alertname: SshctlMetricsStale, eval_time: 30m }
      - { alertname: SshSessionTooOld, eval_time: 30m }
      - { alertname: SshManyUnauthenticatedConnections, eval_time: 30m }
      - { alertname: SshLockDoesNotHold, eval_time: 30m }
  - name: everything is
    interval: 1m
    input_series:
      - { series: 'sshctl_collection_success{instance="web1"}', values: "0x30" }
      - { series: 'node_textfile_mtime_seconds{instance="web1",file="/x/sshctl.prom"}', values: "0x30" }
      - { series: 'sshctl_oldest_session_login_timestamp_seconds{instance="web1"}', values: "-700000x30" }
      - { series: 'sshctl_unauthenticated_connections{instance="web1"}', values: "51x30" }
      - { series: 'sshctl_locks{instance="web1",state="broken"}', values: "0x5 1x25" }
      - { series: 'sshctl_locks{instance="web1",state="damaged"}', values: "0x30" }
    alert_rule_test:
      - { alertname: SshctlCannotSee, eval_time: 4m }
      - alertname: SshctlCannotSee
        eval_time: 6m
        exp_alerts:
          - exp_labels: { instance: web1 }
            exp_annotations: { summary: sshctl on web1 cannot see all SSH sessions }
      - { alertname: SshctlMetricsStale, eval_time: 10m }
      - alertname: SshctlMetricsStale
        eval_time: 11m
        exp_alerts:
          - exp_labels: { instance: web1, file: /x/sshctl.prom }
            exp_annotations: { summary: sshctl on web1 has not counted for ten minutes }
      - { alertname: SshSessionTooOld, eval_time: 9m }
      - alertname: SshSessionTooOld
        eval_time: 11m
        exp_alerts:
          - exp_labels: { instance: web1 }
            exp_annotations: { summary: an SSH session on web1 is more than a week old }
      - { alertname: SshManyUnauthenticatedConnections, eval_time: 4m }
      - alertname: SshManyUnauthenticatedConnections
        eval_time: 6m
        exp_alerts:
          - exp_labels: { instance: web1 }
            exp_annotations:
              summary: 51 SSH connections to web1 wait for a login; MaxStartups is 10:30:100 unless set
      - { alertname: SshLockDoesNotHold, eval_time: 5m }
      - alertname: SshLockDoesNotHold
        eval_time: 7m
        exp_alerts:
          - exp_labels: { instance: web1 }
            exp_annotations:
              summary: a locked account on web1 can log in, or its lock cannot be read; see "sshctl locks"
`;
