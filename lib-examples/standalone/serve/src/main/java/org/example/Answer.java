package org.example;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Map;

/** What goes back to the browser. */
record Answer(int status, String type, byte[] body) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Answer json(int status, Object value) throws JsonProcessingException {
    return new Answer(status, "application/json", JSON.writeValueAsBytes(value));
  }

  static Answer error(int status, String message) throws JsonProcessingException {
    return json(status, Map.of("error", message));
  }

  void send(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
