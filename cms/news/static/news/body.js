// The body of an article in the editor: text pasted from a word processor becomes blocks.
//
// A rich text field holds paragraphs and lists only. What has a heading, a table or Word's own
// lists is sent to the server, which answers with the blocks to insert; anything else is
// left to the field, and only looked at for old fonts.
(() => {
  const STRUCTURE = /<(?:h[1-6]|table)[\s>]|mso-list|MsoTitle|MsoListParagraph/i;
  const FIELD = ".public-DraftEditor-content";

  class BodyBlockDefinition extends window.wagtailStreamField.blocks.StreamBlockDefinition {
    render(...args) {
      const body = super.render(...args);
      const pasting = new Pasting(body, this.meta.sen);
      // Before the field's own listener.
      body.container[0].addEventListener("paste", (event) => pasting.take(event), true);
      return body;
    }
  }

  class Pasting {
    constructor(body, { address, words }) {
      this.body = body;
      this.address = address;
      this.words = words;
    }

    take(event) {
      const field = event.target.closest(FIELD);
      const child = this.body.children.find((each) => each.element.contains(event.target));
      if (!field || !child || !event.clipboardData) return;
      const html = event.clipboardData.getData("text/html");
      const text = event.clipboardData.getData("text/plain");
      if (STRUCTURE.test(html)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        this.insert(html, child, field.textContent.trim() === "");
      } else if (text) {
        const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
        this.ask(escaped).then(({ warnings }) => note(child, warnings), () => {});
      }
    }

    async insert(html, child, isEmpty) {
      note(child, [this.words.busy]);
      let answer;
      try {
        answer = await this.ask(html);
      } catch {
        note(child, [this.words.failed]);
        return;
      }
      note(child, []);
      const { blocks, warnings } = answer;
      const at = this.body.children.indexOf(child) + 1;
      const inserted = blocks.map((block, n) => this.body.insert(block, at + n, {}));
      if (!inserted.length) {
        note(child, warnings);
        return;
      }
      const done = this.words.done.replace("{count}", blocks.length);
      note(inserted[0], [done, ...warnings], [this.words.undo, () => this.remove(inserted)]);
      // An empty paragraph before them would only be in the way.
      if (isEmpty) this.remove([child]);
    }

    remove(children) {
      for (const child of children) {
        const index = this.body.children.indexOf(child);
        if (index >= 0) this.body.deleteBlock(index, {});
      }
    }

    async ask(html) {
      const data = new FormData();
      data.set("html", html);
      data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
      const answer = await fetch(this.address, { method: "POST", body: data });
      if (!answer.headers.get("Content-Type").startsWith("application/json")) {
        throw new Error(answer.status);
      }
      return answer.json();
    }
  }

  // Lines above a block, with a button or without; no lines take the note away.
  function note(child, lines, [label, act] = []) {
    child.element.querySelector(":scope > .pasted-note")?.remove();
    if (!lines.length) return;
    const box = document.createElement("div");
    box.className = "pasted-note help-block help-info";
    box.setAttribute("role", "status");
    for (const line of lines) {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      box.append(paragraph);
    }
    if (label) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-small button-secondary";
      button.textContent = label;
      button.addEventListener("click", () => {
        box.remove();
        act();
      });
      box.append(button);
    }
    child.element.prepend(box);
  }

  window.telepath.register("sen.news.BodyBlock", BodyBlockDefinition);
})();
