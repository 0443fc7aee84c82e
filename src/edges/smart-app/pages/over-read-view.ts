import { addableStatements, type Statement } from '../../../over-read/over-read.ts';
import type { SnomedEdition } from '../../../terminology/concept-map.ts';
import type { OverReadInput } from '../over-read-form.ts';
import { type Html, html } from './html.ts';

export interface OverReadView {
  readonly statements: readonly Statement[];
  readonly input: OverReadInput;
  readonly edition: SnomedEdition;
  readonly isSigned: boolean;
  /** Undefined where this user may not sign; then `whyNot` says why. */
  readonly signer: string | undefined;
  readonly whyNot: string;
  readonly formToken: string;
  readonly place: number;
}

/** The over-read: every finding agreed with or removed, others added, a comment, a signature. */
export function overReadView(view: OverReadView): Html {
  const { statements, input, isSigned, signer, whyNot } = view;
  const title = isSigned ? 'Change the signed report' : 'Over-read and sign';
  if (signer === undefined) {
    return html`<section class="panel" aria-labelledby="sign-title"><h2 id="sign-title">${title}</h2><p class="problem">${whyNot}</p></section>`;
  }
  return html`<section class="panel" aria-labelledby="sign-title">
<h2 id="sign-title">${title}</h2>
<form id="over-read" method="post" action="sign?ecg=${view.place}" autocomplete="off">
<input type="hidden" name="formToken" value="${view.formToken}">
<input type="hidden" name="version" value="${input.version}">
${statements.length === 0 ? html`<p>No finding to confirm.</p>` : statements.map((statement) => decision(statement, input))}
<fieldset class="added"><legend>Add findings</legend>
<p class="quiet" id="added-hint">Type to search the list. What is not in it belongs into the comment.</p>
${[...input.added, ''].map(additionField)}
<noscript>${['', ''].map(additionField)}</noscript>
<datalist id="catalogue">${addableStatements(view.edition).map(({ text }) => html`<option value="${text}"></option>`)}</datalist>
</fieldset>
<label class="comment"><span>Comment</span><textarea name="comment" rows="4" maxlength="5000">${input.comment}</textarea></label>
${isSigned && html`<label class="correction"><input type="checkbox" name="correction" value="yes"${input.isCorrection && html` checked`}> The signed report was wrong (it becomes “corrected”, else “amended”)</label>`}
<div class="row"><button type="submit" class="primary">Sign as ${signer}</button></div>
</form>
</section>`;
}

/** With scripts there is always one more that is empty. */
function additionField(text: string): Html {
  return html`<label><span class="visually-hidden">Finding to add</span><input name="added" list="catalogue" value="${text}" maxlength="200" aria-describedby="added-hint"></label>`;
}

function decision({ key, text, codings }: Statement, { decisions }: OverReadInput): Html {
  const radio = (value: 'keep' | 'remove', label: string) =>
    html`<label><input type="radio" name="decide-${key}" value="${value}" required${decisions.get(key) === value && html` checked`}> ${label}</label>`;
  return html`<fieldset class="decision"><legend>${text}</legend>
<div class="row">${radio('keep', 'Agree')}${radio('remove', 'Remove')}
<span class="quiet">${codings.length === 0 ? 'no code' : `SNOMED CT ${codings.map(({ code }) => code).join(' + ')}`}</span></div></fieldset>`;
}
