/* <policy-chat>: the citizen's window on the bot. One script tag, no dependencies:
 *
 *   <script src="https://host/citizen/widget.js" defer></script>
 *
 * The window appears where a <policy-chat> element stands, or else after the script.
 * data-server (or the element's `server`) is the channel, by default /webhooks/web of the host
 * that the script comes from. `heading` is the title of the window.
 *
 * Written for browsers of 2018. Nothing of an answer is ever read as HTML, and no style is
 * inline: the page may forbid both. The look is in widget.css beside this file, because a link
 * is the one style sheet that a strict page allows on old phones, too.
 */
(function () {
  "use strict";

  const script = document.currentScript;
  const LONGEST = 1000;                  // characters of one message
  const PATIENCE = 30000;                // milliseconds until a request counts as lost
  const FEW = 8;                         // questions still to come that are worth announcing
  const SIZES = ["标准", "大", "特大"];
  const OUTCOMES = {
    likely: "按您说的情况，符合", not_met: "目前有条件不满足",
    undetermined: "还不能判断", window: "文件没有规定，须窗口认定"
  };
  const MET = { "true": "满足", "false": "目前不满足", "null": "还不清楚" };
  const GREETING = "您好。我只根据文件回答，并给出原文。请直接写您的问题；不要写身份证号、手机号，这里用不到。";
  const EXAMPLES = ["有居住证能落户吗", "落户以后养老保险怎么办", "孩子上学怎么办", "转人工"];
  const OFFLINE = "网络断了，这句话还没有发出去。网络恢复后会自动重发，也可以点“重试”。";
  const CLEAR = "清除对话";
  const NOT_CLEARED = "网络断了，没有清除。请稍后再试。";
  const NO_HISTORY = "没有连上服务器，以前的对话暂时看不到。您可以直接提问，或拨打12345。";

  /* ---- building ---- */

  /** An element with a class and children; strings become text nodes. */
  function h(tag, name, ...children) {
    const element = document.createElement(tag);
    if (name) { element.className = name; }
    add(element, children);
    return element;
  }

  function add(element, child) {
    if (Array.isArray(child)) {
      child.forEach((one) => add(element, one));
    } else if (child) {
      element.appendChild(child.nodeType ? child : document.createTextNode(String(child)));
    }
  }

  function set(element, attributes) {
    Object.keys(attributes).forEach((key) => element.setAttribute(key, attributes[key]));
    return element;
  }

  function button(name, label, act) {
    const made = set(h("button", name, label), { type: "button" });
    made.addEventListener("click", () => act(made));
    return made;
  }

  /** Paragraphs of a text, one a line. */
  function lines(text, name) {
    return String(text || "").split("\n").filter(Boolean).map((line) => h("p", name, line));
  }

  function listed(title, rows) {
    if (!rows || !rows.length) { return null; }
    return h("section", "list", h("h3", "", title), h("ul", "", rows.map((row) => h("li", "", row))));
  }

  /** “第（十二）条” for 12; 前言 and 结语 have no number. */
  function clause(number, entry) {
    if (!number) { return /^18-/.test(entry || "") ? "结语" : "前言"; }
    const unit = number % 10 ? "一二三四五六七八九"[number % 10 - 1] : "";
    return "第（" + (number >= 10 ? "十" : "") + unit + "）条";
  }

  /* ---- reply objects: what the citizen sees of each type ---- */

  function status(s) {
    return h("p", "status", h("b", "", `效力：${s.label}。`), s.note,
      `最后核对：${s.verified_on || "尚未核对"}。`);
  }

  function badge(name, label) { return h("span", `badge ${name}`, label); }

  function quotes(rows) {
    return (rows || []).map((q) => h("figure", "", h("blockquote", "", q.text),
      h("figcaption", "", `原文：《${q.document}》${clause(q.clause, q.item)}`)));
  }

  function departments(rows) {
    return listed("部门", (rows || []).map((d) => `${d.name}（${d.role}，现承接：${d.now || "待核"}）`));
  }

  function receipt(r) {
    return r.receipt && h("p", "receipt", "凭证号 ", h("b", "", r.receipt),
      r.release ? `（第${r.release}版）` : "");
  }

  function phone(number) {
    return set(h("a", "phone", "拨打 " + number), { href: "tel:" + number });
  }

  function unfolded(title, text) {
    return text && h("details", "", h("summary", "", title), lines(text));
  }

  function traced(t) {
    const met = String(t.met);
    return [
      h("b", `met ${met}`, t.covered === false ? "文件没有写到" : MET[met]), t.condition,
      t.clause && h("span", "where", clause(t.clause, t.item)), t.quote && h("q", "", t.quote)
    ];
  }

  function change(c) {
    const given = c.assuming || [];
    return c.needed + (c.when ? "，约" + c.when : "") +
      (given.length ? "，前提是" + given.join("、") : "");
  }

  function others(rows) {
    return listed("其他情形", (rows || []).map((o) => `${o.name}：${o.label || OUTCOMES[o.outcome]}`));
  }

  function ruled(r) {
    return h("section", "rule", h("h3", "", r.name),
      h("p", `outcome ${r.outcome}`, OUTCOMES[r.outcome] || ""), lines(r.summary),
      others(r.others), listed("逐条来看", (r.trace || []).map(traced)),
      listed("什么会改变这个结果", (r.changes || []).map(change)),
      listed("这里没有核实", r.unchecked));
  }

  const RENDER = {
    policy_answer: (r) => [
      badge(r.status.code, `效力：${r.status.label}`), h("div", "answer", lines(r.answer)), quotes(r.quotes),
      status(r.status), departments(r.departments), listed("文件没有写明", r.unchecked),
      listed("您的权利", r.rights), r.heard && h("p", "", `我看到您说：${r.heard}。`), receipt(r)
    ],
    not_regulated: (r) => [
      badge("silent", "本文件未规定"), h("div", "answer", lines(r.answer)),
      departments(r.departments), phone(r.hotline), listed("您的权利", r.rights),
      status(r.status), receipt(r)
    ],
    clarify: (r) => h("div", "answer", lines(r.prompt)),
    interview_question: (r) => [
      r.remaining_at_most <= FEW && h("p", "progress", `连这一问，最多还有 ${r.remaining_at_most} 问`),
      h("div", "answer", lines(r.prompt)), unfolded("这一问的依据", r.why),
      unfolded("怎样弄清楚", r.help)
    ],
    verdict: (r) => [
      r.person && h("p", "person", `${r.person}的情况`), lines(r.changed, "changed"),
      r.rules.map(ruled), others(r.others), listed("您的权利", r.rights),
      listed("按您说的这些情况判断", (r.facts || []).map((f) => `${f.fact}：${f.value}`)),
      departments(r.departments), status(r.status), h("p", "limit", "这不是审批决定，以受理窗口认定为准。"),
      receipt(r)
    ],
    handoff: (r) => [
      h("div", "answer", lines(r.reason)), phone(r.hotline), lines(r.summary), receipt(r)
    ],
    notice: (r) => h("div", "answer", lines(r.text))
  };

  /** Nodes of one message; one that cannot be shown as an object is shown as its text. */
  function rendered(message) {
    const custom = message.custom;
    const known = custom && Object.prototype.hasOwnProperty.call(RENDER, custom.type);
    try {
      if (known) { return h("div", `body ${custom.type}`, RENDER[custom.type](custom)); }
    } catch (error) { /* an object of another version: the text says the same */ }
    return h("div", "body", lines(message.text));
  }

  /* ---- what the browser keeps ---- */

  function kept(key, value) {
    try {
      if (value !== undefined) { window.localStorage.setItem(key, value); }
      return window.localStorage.getItem(key);
    } catch (error) { return null; }       // storage is switched off
  }

  function unique() {
    const numbers = window.crypto.getRandomValues(new Uint32Array(4));
    return Array.from(numbers, (n) => n.toString(36)).join("-");
  }

  /* ---- the channel ---- */

  class Channel {
    constructor(server) {
      this.server = server;
      this.elsewhere = new URL(server, location.href).origin !== location.origin;
    }

    /** Body of the answer. Rejects when none came: then it is worth asking again. */
    async ask(path, method, body) {
      const late = new Promise((_, reject) => setTimeout(reject, PATIENCE));
      const response = await Promise.race([late, fetch(this.server + path, {
        method, headers: this.headers(body), body: body && JSON.stringify(body),
        credentials: this.elsewhere ? "omit" : "same-origin"
      })]);
      const answer = await response.json();
      if (!response.ok && !answer.error) { throw new Error(response.status); }
      if (this.elsewhere && answer.session) { kept("policy-session", answer.session); }
      return answer;
    }

    headers(body) {
      const session = this.elsewhere && kept("policy-session");
      return Object.assign(body ? { "content-type": "application/json" } : {},
        session ? { "x-policy-session": session } : {});
    }
  }

  /* ---- the element ---- */

  class PolicyChat extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) { return; }
      this.channel = new Channel(this.getAttribute("server") || settings.server);
      this.waiting = 0;
      this.unsent = [];
      this.chose = false;
      this.build();
      window.addEventListener("online", () => this.resend());
    }

    build() {
      const look = set(h("link"), { rel: "stylesheet", href: settings.look });
      look.onload = look.onerror = () => this.start();
      this.log = set(h("div", "log"), {
        role: "log", "aria-live": "off", "aria-label": "对话", tabindex: "0"
      });
      this.state = set(h("p", "state"), { role: "status" });
      this.sizer = button("tool", "", () => this.resize((this.size + 1) % SIZES.length));
      this.clear = button("tool", CLEAR, () => this.forget());
      this.clear.addEventListener("blur", () => { this.clear.textContent = CLEAR; });
      this.box = h("div", "box",
        h("header", "", h("h2", "", this.getAttribute("heading") || "政策问答"), this.sizer, this.clear),
        this.log, this.state, this.composer());
      this.box.hidden = true;
      this.attachShadow({ mode: "open" });
      add(this.shadowRoot, [look, this.box]);
    }

    /** Once the look is there, or is known not to come. */
    start() {
      this.box.hidden = false;
      this.resize(Number(kept("policy-size")) || 0);
      this.restore();
    }

    composer() {
      this.input = set(h("textarea"), {
        id: "ask", rows: "1", enterkeyhint: "send", placeholder: "请写您的问题", "aria-describedby": "count"
      });
      this.count = set(h("span", "count"), { id: "count" });
      const form = h("form", "", set(h("label", "hidden", "您的问题"), { for: "ask" }), this.input,
        set(h("button", "send", "发送"), { type: "submit" }), this.count);
      form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
      this.input.addEventListener("input", () => this.counted());
      this.input.addEventListener("keydown", (event) => {
        // While a Chinese input method is open, Enter chooses a character.
        const choosing = event.isComposing || event.keyCode === 229;
        if (event.key === "Enter" && !event.shiftKey && !choosing) {
          event.preventDefault();
          this.submit();
        }
      });
      return form;
    }

    resize(size) {
      this.size = size < SIZES.length ? size : 0;
      kept("policy-size", this.size);
      this.box.setAttribute("data-size", this.size);
      this.sizer.textContent = "字号：" + SIZES[this.size];
      this.counted();
    }

    /** Show how long the text is, and whether it may be sent. */
    counted() {
      const length = Array.from(this.input.value).length;
      const over = length > LONGEST;
      const room = length ? `${length}/${LONGEST}` : "";
      this.count.textContent = over ? `超出 ${length - LONGEST} 个字，请删减` : room;
      this.count.classList.toggle("over", over);
      this.input.setAttribute("aria-invalid", over);
      this.input.style.height = "auto";
      this.input.style.height = `${this.input.scrollHeight + 2}px`;
      return !over;
    }

    submit() {
      const text = this.input.value.trim();
      if (!text || !this.counted()) { this.input.focus(); return; }
      this.input.value = "";
      this.counted();
      this.send({ text }, text);
    }

    /** Show what the citizen said and send it. */
    send(body, label) {
      const turn = said(label);
      this.expire();
      this.log.appendChild(turn);
      this.reveal(turn);
      return this.deliver(turn, Object.assign({ message_id: unique() }, body));
    }

    async deliver(turn, body) {
      this.tell(1);
      try {
        const answer = await this.channel.ask("/messages", "POST", body);
        this.failed(turn, null);
        this.answer(answer.replies || [{ text: answer.error }], turn);
      } catch (lost) {
        this.failed(turn, Object.assign({ again: true }, body));
      }
      this.tell(-1);
    }

    /** Mark a turn as not delivered, to be sent again as `body`; with null, as delivered. */
    failed(turn, body) {
      const old = turn.querySelector(".failed");
      if (old) { turn.removeChild(old); }
      this.unsent = this.unsent.filter((one) => one.turn !== turn);
      if (body) {
        this.unsent.push({ turn, body });
        add(turn, h("div", "failed", "没有发出去", button("retry", "重试", () => this.resend())));
      }
    }

    /** Send what was not delivered, in its order. */
    async resend() {
      for (const one of this.unsent.splice(0)) { await this.deliver(one.turn, one.body); }
    }

    /** Say what is going on; `more` answers are waited for than before. */
    tell(more) {
      this.waiting += more;
      this.state.textContent = this.waiting ? "正在查找…" : this.unsent.length ? OFFLINE : "";
      this.state.classList.toggle("busy", this.waiting > 0);
    }

    /** Show the bot's messages of one turn, below the citizen's `turn` if there is one. */
    answer(messages, turn) {
      const shown = set(h("div", "turn bot"), { tabindex: "-1" });
      let first = 1;
      messages.forEach((message) => {
        const offered = message.buttons || [];
        add(shown, [rendered(message), this.choices(offered, first)]);
        first += offered.length;
      });
      this.log.insertBefore(shown, turn ? turn.nextSibling : null);
      if (this.chose) { shown.focus({ preventScroll: true }); }
      this.chose = false;
      this.reveal(turn || shown);
    }

    /** Bring the beginning of an answer into sight: what matters is said first. */
    reveal(turn) {
      const scrolls = getComputedStyle(this.log).overflowY === "auto";
      if (scrolls) { this.log.scrollTop = turn.offsetTop - 8; } else { turn.scrollIntoView(); }
    }

    choices(rows, first) {
      return rows.length ? set(h("div", "choices", rows.map((row, at) => {
        const made = button("choice", [h("span", "number", first + at), row.title],
          () => this.choose(made, row));
        made.lasting = /^(entry|topic):/.test(row.payload);
        return made;
      })), { role: "group", "aria-label": "可以选" }) : null;
    }

    choose(made, row) {
      if (made.getAttribute("aria-disabled")) { return; }
      this.chose = true;
      // The bot knows the choices of its last turn only; of an older one the words are sent.
      this.send(made.old ? { text: row.title } : { payload: row.payload }, row.title);
    }

    /** What was offered before has no number any more; an old question takes no answer. */
    expire() {
      Array.from(this.log.querySelectorAll(".choice")).forEach((made) => {
        made.old = true;
        made.classList.add("old");
        if (!made.lasting) { made.setAttribute("aria-disabled", "true"); }
      });
    }

    greet() {
      const examples = EXAMPLES.map((text) => button("example", text, () => {
        this.chose = true;
        this.send({ text }, text);
      }));
      add(this.log, h("div", "turn bot", h("div", "body", lines(GREETING)),
        h("div", "choices", examples)));
    }

    async restore() {
      try {
        const turns = (await this.channel.ask("/history", "GET")).turns || [];
        this.replay(turns);
        if (!turns.length) { this.greet(); }
      } catch (lost) {
        this.greet();
        this.state.textContent = NO_HISTORY;
      }
      // From here on what is added is read out.
      this.log.setAttribute("aria-live", "polite");
    }

    replay(turns) {
      let messages = [];
      turns.forEach((turn, at) => {
        if (turn.from === "citizen") {
          this.expire();
          this.log.appendChild(said(turn.text));
          return;
        }
        messages.push(turn);
        if (!turns[at + 1] || turns[at + 1].from === "citizen") {
          this.answer(messages, null);
          messages = [];
        }
      });
    }

    /** Delete the conversation, here and on the server, when asked twice. */
    async forget() {
      if (this.clear.textContent === CLEAR) {
        this.clear.textContent = "确定清除？";
        return;
      }
      this.clear.textContent = CLEAR;
      try {
        const answer = await this.channel.ask("/history", "DELETE");
        if (answer.error) { this.state.textContent = answer.error; return; }
        this.unsent = [];
        this.log.textContent = "";
        this.tell(0);
        this.greet();
      } catch (lost) {
        this.state.textContent = NOT_CLEARED;
      }
    }
  }

  function said(text) { return h("div", "turn citizen", h("div", "body", lines(text))); }

  /* ---- start ---- */

  const source = new URL(script.src, location.href);
  const settings = {
    server: script.getAttribute("data-server") || `${source.origin}/webhooks/web`,
    look: new URL("widget.css", source).href
  };
  customElements.define("policy-chat", PolicyChat);
  if (!document.querySelector("policy-chat")) {
    script.parentNode.insertBefore(document.createElement("policy-chat"), script.nextSibling);
  }
})();
