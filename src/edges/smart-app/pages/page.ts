import type { AppPlace } from '../smart-app-deps.ts';
import { type Html, html } from './html.ts';

/** A whole page of the app. Its title names no patient: it is seen in task bars and histories. */
export function page(title: string, { path }: Pick<AppPlace, 'path'>, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${path}/files/viewer.css">
<script type="module" src="${path}/files/viewer.ts"></script>
</head>
<body>
${body}
</body>
</html>
`.html;
}
