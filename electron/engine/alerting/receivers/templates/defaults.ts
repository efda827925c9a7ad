// The templates that come along, under Alertmanager's names, so that its configs and template files find them.

const COMMON = `
{{ define "__alertmanager" }}Linewarden{{ end }}
{{ define "__alertmanagerURL" }}{{ with .ExternalURL }}{{ . }}/alerts{{ end }}{{ end }}
{{ define "__subject" -}}
[{{ toUpper .Status }}{{ with len .Alerts.Firing }}:{{ . }}{{ end }}] {{ join " " .GroupLabels.Values }}
{{- $others := .CommonLabels.Remove .GroupLabels.Names }}
{{- with $others.Values }} ({{ join " " . }}){{ end }}
{{- end }}
{{ define "__description" }}{{ end }}
{{ define "__what_to_do" }}{{ if eq .Status "firing" }}{{ with .Annotations.action }}What to do: {{ . }}
{{ end }}{{ end }}{{ end }}
{{ define "__text_alert_list" }}
{{- range $i, $alert := . }}{{ if lt $i 50 }}{{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}
{{ with .Annotations.description }}{{ . }}
{{ end }}{{ template "__what_to_do" . }}{{ range .Labels.SortedPairs }}  {{ .Name }} = {{ .Value }}
{{ end }}{{ range (.Annotations.Remove (stringSlice "summary" "description" "action")).SortedPairs }}  {{ .Name }}: {{ .Value }}
{{ end }}{{ with .GeneratorURL }}  {{ . }}
{{ end }}{{ else if eq $i 50 }}and {{ slice $ 50 | len }} more
{{ end }}{{ end }}
{{- end }}
{{ define "__text_alert_list_markdown" }}
{{- range $i, $alert := . }}{{ if lt $i 50 }}**{{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}**
{{ with .Annotations.description }}{{ . }}
{{ end }}{{ template "__what_to_do" . }}{{ range .Labels.SortedPairs }}- {{ .Name }} = {{ .Value }}
{{ end }}{{ with .GeneratorURL }}[Source]({{ . }})
{{ end }}
{{ else if eq $i 50 }}and {{ slice $ 50 | len }} more
{{ end }}{{ end }}
{{- end }}
{{ define "__text" }}
{{- with .Alerts.Firing }}Firing
{{ template "__text_alert_list" . }}{{ end }}
{{- with .Alerts.Resolved }}Resolved
{{ template "__text_alert_list" . }}{{ end }}
{{- end }}
`;

const SLACK = `
{{ define "slack.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "slack.default.username" }}{{ template "__alertmanager" . }}{{ end }}
{{ define "slack.default.fallback" }}{{ template "slack.default.title" . }}{{ with .ExternalURL }} | {{ . }}/alerts{{ end }}{{ end }}
{{ define "slack.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end }}
{{ define "slack.default.callbackid" }}{{ end }}
{{ define "slack.default.pretext" }}{{ end }}
{{ define "slack.default.iconemoji" }}{{ end }}
{{ define "slack.default.iconurl" }}{{ end }}
{{ define "slack.default.text" }}
{{- range $i, $alert := .Alerts.Firing }}{{ if lt $i 10 }}{{ if .Annotations.action }}*{{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}*
{{ with .Annotations.description }}{{ . }}
{{ end }}{{ template "__what_to_do" . }}{{ end }}{{ end }}{{ end }}
{{- end }}
{{ define "slack.default.footer" }}{{ end }}
`;

const MATTERMOST = `
{{ define "mattermost.default.username" }}{{ template "__alertmanager" . }}{{ end }}
{{ define "mattermost.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "mattermost.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end }}
{{ define "mattermost.default.fallback" }}{{ template "mattermost.default.title" . }}{{ end }}
{{ define "mattermost.default.color" }}{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}{{ end }}
{{ define "mattermost.default.text" -}}
#### {{ template "__subject" . }}
{{ template "__text_alert_list_markdown" .Alerts }}
{{- end }}
`;

const EMAIL = `
{{ define "email.default.subject" }}{{ template "__subject" . }}{{ end }}
{{ define "__email_alerts" -}}
{{ range $i, $alert := . }}{{ if lt $i 50 }}
<tr><td style="padding:12px 24px;border-top:1px solid #e3e6ea">
<p style="margin:0 0 4px;font-size:16px;font-weight:600">{{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}</p>
{{ with .Annotations.description }}<p style="margin:0 0 8px">{{ . }}</p>{{ end }}
{{ if eq .Status "firing" }}{{ with .Annotations.action }}<p style="margin:0 0 8px"><strong>What to do:</strong> {{ . }}</p>{{ end }}{{ end }}
<p style="margin:0 0 8px;color:#5b6470">Since {{ .StartsAt.Format "2006-01-02 15:04:05 MST" }}{{ if eq .Status "resolved" }} until {{ .EndsAt.Format "2006-01-02 15:04:05 MST" }}{{ end }}</p>
<table role="presentation" cellpadding="0" cellspacing="0" style="font-size:13px">
{{ range .Labels.SortedPairs }}<tr><td style="padding:1px 12px 1px 0;color:#5b6470">{{ .Name }}</td><td>{{ .Value }}</td></tr>{{ end }}
{{ range (.Annotations.Remove (stringSlice "summary" "description" "action")).SortedPairs }}<tr><td style="padding:1px 12px 1px 0;color:#5b6470">{{ .Name }}</td><td>{{ .Value }}</td></tr>{{ end }}
</table>
{{ with .GeneratorURL }}<p style="margin:8px 0 0"><a href="{{ . }}" style="color:#1766c2">Its expression</a></p>{{ end }}
</td></tr>
{{ else if eq $i 50 }}<tr><td style="padding:12px 24px;border-top:1px solid #e3e6ea">and {{ slice $ 50 | len }} more</td></tr>{{ end }}{{ end }}
{{- end }}
{{ define "email.default.html" -}}
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{ template "__subject" . }}</title></head>
<body style="margin:0;padding:24px;background:#f2f4f6;color:#1c2127;font:14px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
<table role="presentation" cellpadding="0" cellspacing="0" width="100%" style="max-width:640px;margin:0 auto;background:#ffffff;border:1px solid #e3e6ea;border-radius:8px">
<tr><td style="padding:16px 24px;font-size:18px;font-weight:600;color:#ffffff;border-radius:7px 7px 0 0;{{ if .Alerts.Firing }}background:#b42318{{ else }}background:#1c7c4a{{ end }}">
{{ with len .Alerts.Firing }}{{ . }} firing{{ end }}{{ if and .Alerts.Firing .Alerts.Resolved }}, {{ end }}{{ with len .Alerts.Resolved }}{{ . }} resolved{{ end }}
<div style="font-size:13px;font-weight:400">{{ range .GroupLabels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}</div>
</td></tr>
{{ with .Alerts.Firing }}<tr><td style="padding:12px 24px;font-weight:600;color:#b42318">Firing</td></tr>{{ template "__email_alerts" . }}{{ end }}
{{ with .Alerts.Resolved }}<tr><td style="padding:12px 24px;font-weight:600;color:#1c7c4a">Resolved</td></tr>{{ template "__email_alerts" . }}{{ end }}
<tr><td style="padding:16px 24px;border-top:1px solid #e3e6ea;font-size:12px;color:#5b6470">Sent by {{ template "__alertmanager" . }}{{ with .ExternalURL }}: <a href="{{ . }}/alerts" style="color:#1766c2">all alerts</a>{{ end }}</td></tr>
</table>
</body>
</html>
{{ end }}
{{ define "email.default.text" }}{{ template "__text" . }}{{ with .ExternalURL }}
All alerts: {{ . }}/alerts
{{ end }}{{ end }}
`;

export const DEFAULT_TEMPLATES = [COMMON, SLACK, MATTERMOST, EMAIL].join('');
