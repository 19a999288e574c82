/** A page without what is for the screen alone: contents, drawings for a narrow one, links within the page. */
export function onPaper(page: string): string {
  return page.replaceAll(/<nav class="screen[^]*?<\/nav>/g, '').replaceAll(/<(div|p|a) class="screen[^]*?<\/\1>/g, '');
}
