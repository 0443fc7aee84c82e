import type { AppPlace } from '../smart-app-deps.ts';
import { type Html, html } from './html.ts';

interface PageHead {
  /** Names no patient: it is seen in task bars and histories. */
  readonly title: string;
  /** Besides those of every page: "worklist" is `browser/worklist.css` and `browser/worklist.ts`. */
  readonly file?: 'worklist';
}

/** A whole page of the app. */
export function page({ title, file }: PageHead, { filesPath }: Pick<AppPlace, 'filesPath'>, body: Html): string {
  const files = file === undefined ? ['viewer'] : ['viewer', file];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
${files.map(
  (name) => html`<link rel="stylesheet" href="${filesPath}/${name}.css">
<script type="module" src="${filesPath}/${name}.ts"></script>`,
)}
</head>
<body>
${body}
</body>
</html>
`.html;
}
