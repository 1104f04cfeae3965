"""Start the bot: `python -m runtime --help`."""
from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any, Awaitable, Callable

# Read when the libraries load; with more threads than cores each message costs several times more.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_INTRA_OP_PARALLELISM_THREADS",
             "TF_INTER_OP_PARALLELISM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

DEVELOPMENT_SECRET = "development-only-secret-never-in-production"
BACKLOG = 4096              # connections that may wait while a message is worked on


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m runtime", description="启动问答机器人。")
    parser.add_argument("--host", default="127.0.0.1", metavar="地址")
    parser.add_argument("--port", type=int, default=5005, metavar="端口")
    parser.add_argument("--dev", action="store_true", help="开发模式：开放 REST 通道和群众页面")
    parser.add_argument("--credentials", metavar="文件", help="通道设置，默认按模式选择")
    parser.add_argument("--endpoints", default="endpoints.yml", metavar="文件")
    parser.add_argument("--models", type=Path, metavar="文件夹", help="模型所在的文件夹")
    return parser.parse_args()


def _bound(host: str, port: int) -> socket.socket:
    """A socket at the address, taken before the half minute that loading needs."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except OSError as error:
        raise OSError(f"{host}:{port} 不能用（{error.strerror}）；请换一个 --port。") from None
    return taken


def _newest(models: Path) -> Path:
    found = sorted(models.glob("*.tar.gz"), key=lambda p: p.stat().st_mtime)
    if not found:
        raise FileNotFoundError(f"{models} 里没有训练好的模型；请先运行 make train。")
    return found[-1]


def _serve(args: argparse.Namespace) -> None:
    """Serve until stopped. Every error that it raises says in Chinese what to do."""
    # Libraries load here, after --help and whatever is missing could be told at once.
    from policy_kb import paths
    from policy_kb.release import Releases
    from runtime import logs

    logs.configure()
    Releases(paths.releases()).current()
    model = _newest(args.models or paths.var() / "models")
    taken = _bound(args.host, args.port)
    # TensorFlow loads it if it can, for conversions that nobody makes here: over a second, 60 MB.
    sys.modules["jax"] = None  # type: ignore[assignment]
    from runtime.server import make_app

    credentials = args.credentials or ("credentials.dev.yml" if args.dev else "credentials.yml")
    app = make_app(credentials, args.endpoints, model, args.dev)
    app.register_listener(_announce(args), "after_server_start")
    app.run(sock=taken, workers=1, backlog=BACKLOG, access_log=False, debug=False, motd=False)


def _announce(args: argparse.Namespace) -> Callable[[Any, Any], Awaitable[None]]:
    """A listener that prints where to go, once the bot can answer."""
    base = f"http://{args.host}:{args.port}"
    lines = {"网页接口": "/webhooks/web/messages", "健康检查": "/health"}
    if args.dev:
        lines = {"群众页面": "/citizen/", "REST 接口（仅开发模式）": "/webhooks/rest/webhook", **lines}

    async def announce(app: Any, loop: Any) -> None:
        rows = "\n".join(f"  {name}  {base}{path}" for name, path in lines.items())
        print(f"\n准备好了。\n{rows}\n按 Ctrl-C 停止。", flush=True)
    return announce


def main() -> int:
    """Run until stopped; 1 with one sentence when something needed is missing."""
    args = _arguments()
    os.environ.setdefault("WEB_SECRET", DEVELOPMENT_SECRET if args.dev else "")
    try:
        _serve(args)
    except KeyboardInterrupt:
        return 130                      # stopped while loading
    except (RuntimeError, ValueError, OSError) as error:
        print(f"启动失败：{error}", file=sys.stderr)
        return 1
    except Exception as error:
        logging.getLogger("runtime").exception("not started")
        print(f"启动失败（{type(error).__name__}）：{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
