/**
 * A comment of the form `# Name: value`, as the PhysioNet/CinC Challenges write Age, Sex and Dx; undefined where there
 * is none, or its value is "Unknown".
 */
export function commentValue(comments: readonly string[], name: string): string | undefined {
  for (const comment of comments) {
    const colon = comment.indexOf(':');
    if (colon < 0 || comment.slice(0, colon).trim().toLowerCase() !== name.toLowerCase()) continue;
    const value = comment.slice(colon + 1).trim();
    return value === '' || value.toLowerCase() === 'unknown' ? undefined : value;
  }
  return undefined;
}
