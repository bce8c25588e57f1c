import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3

table = boto3.resource("dynamodb").Table("orders")


class Shop(BaseHTTPRequestHandler):
    def do_POST(self):
        if self.path != "/order":
            return self.answer(404, "Not Found")
        try:
            order = json.loads(
                self.rfile.read(int(self.headers["Content-Length"]))
            )
            table.put_item(Item={"id": str(order["order"])})
        except Exception:
            return self.answer(502, "Bad Gateway")
        return self.answer(201, "placed")

    def answer(self, status, body):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())


ThreadingHTTPServer(("", 8080), Shop).serve_forever()
