import { codeAndWords } from './text';

/** An element with text in it, of which what stands between backticks is code. */
export function made(tag: string, name = '', text = ''): HTMLElement {
  const node = document.createElement(tag);
  node.className = name;
  const parts = codeAndWords(text).map((part, index) => {
    const code = document.createElement('code');
    code.textContent = part;
    return index % 2 === 1 ? code : part;
  });
  node.append(...parts);
  return node;
}
