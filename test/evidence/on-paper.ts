/** A page without what is for the screen alone: drawings for a narrow one, links back, the way past its contents. */
export function onPaper(page: string): string {
  return page.replaceAll(/<(div|p|a) class="screen[^]*?<\/\1>/g, '');
}
