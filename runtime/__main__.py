"""Start the bot: `python -m runtime --help`."""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

# Read when the libraries load; with more threads than cores each message costs several times more.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_INTRA_OP_PARALLELISM_THREADS",
             "TF_INTER_OP_PARALLELISM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m runtime", description="启动问答机器人。")
    parser.add_argument("--host", default="127.0.0.1", metavar="地址")
    parser.add_argument("--port", type=int, default=5005, metavar="端口")
    parser.add_argument("--dev", action="store_true", help="开发模式：开放 REST 通道和群众页面")
    parser.add_argument("--credentials", metavar="文件", help="通道设置，默认按模式选择")
    parser.add_argument("--endpoints", default="endpoints.yml", metavar="文件")
    parser.add_argument("--models", type=Path, metavar="文件夹", help="模型所在的文件夹")
    return parser.parse_args()


def main() -> int:
    """Run until stopped; 1 with one sentence when something needed is missing."""
    args = _arguments()
    if args.dev:
        os.environ.setdefault("WEB_SECRET", "development-only-secret-never-in-production")
    from policy_kb import paths
    from policy_kb.release import ReleaseError, Releases
    from runtime import logs

    logs.configure()
    credentials = args.credentials or ("credentials.dev.yml" if args.dev else "credentials.yml")
    try:
        Releases(paths.releases()).current()
        from runtime.server import make_app

        models = args.models or paths.var() / "models"
        app = make_app(args.port, credentials, args.endpoints, models, args.dev)
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    except FileNotFoundError as error:
        print(f"{error.strerror}：{error.filename}", file=sys.stderr)
        return 1
    if args.dev:
        app.register_listener(_announce(args.host, args.port), "after_server_start")
    app.run(host=args.host, port=args.port, workers=1, access_log=False, debug=False)
    return 0


def _announce(host: str, port: int):
    """A listener that prints where to go, once the bot can answer."""
    async def announce(app, loop) -> None:
        base = f"http://{host}:{port}"
        print(
            f"\n准备好了。\n  群众页面  {base}/citizen/\n  网页接口  {base}/webhooks/web/messages\n"
            f"  REST 接口 {base}/webhooks/rest/webhook（仅开发模式）\n  健康检查  {base}/health\n"
            "按 Ctrl-C 停止。", flush=True,
        )
    return announce


if __name__ == "__main__":
    sys.exit(main())
