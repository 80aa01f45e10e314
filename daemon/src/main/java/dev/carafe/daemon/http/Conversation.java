package dev.carafe.daemon.http;

import dev.carafe.daemon.logging.Causes;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;

/// One connection's questions, one at a time: who sends a second before the first is answered is sent away.
final class Conversation extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final System.Logger LOG = System.getLogger(Conversation.class.getName());

    private final Pages pages;

    /// Touched by the event loop alone.
    private boolean isAsked;

    Conversation(Pages pages) {
        this.pages = pages;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (isAsked) {
            var _ = context.close();
            return;
        }
        isAsked = true;
        var method = request.method();
        var staysOpen = HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess() && isRead(method);
        var thread = Thread.ofVirtual().name("http").inheritInheritableThreadLocals(false);
        var question =
                new Question(method, request.uri(), request.decoderResult().isFailure());
        var _ = thread.start(() -> {
            var page = page(question);
            context.executor().execute(() -> send(context, page, method.equals(HttpMethod.HEAD), staysOpen));
        });
    }

    private record Question(HttpMethod method, String uri, boolean isBroken) {}

    private static boolean isRead(HttpMethod method) {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }

    private Page page(Question question) {
        if (question.isBroken) {
            return Page.refused(HttpResponseStatus.BAD_REQUEST.code(), "this is no request");
        }
        if (!isRead(question.method)) {
            return Page.refused(HttpResponseStatus.METHOD_NOT_ALLOWED.code(), "only GET and HEAD are answered");
        }
        try {
            return pages.page(question.method.name(), new QueryStringDecoder(question.uri).path());
        } catch (IllegalArgumentException e) { // an escape that is none
            return Page.refused(HttpResponseStatus.BAD_REQUEST.code(), "this is no path");
        } catch (IOException e) {
            LOG.log(Level.WARNING, "could not answer over HTTP", e);
            return Page.refused(HttpResponseStatus.INTERNAL_SERVER_ERROR.code(), Causes.text(e));
        } catch (InterruptedException stopping) {
            return Page.refused(HttpResponseStatus.SERVICE_UNAVAILABLE.code(), "the daemon is stopping");
        } catch (RuntimeException | Error bug) {
            LOG.log(Level.ERROR, "could not answer over HTTP", bug);
            return Page.refused(HttpResponseStatus.INTERNAL_SERVER_ERROR.code(), "internal error; the log shows it");
        }
    }

    private void send(ChannelHandlerContext context, Page page, boolean withoutBody, boolean staysOpen) {
        var bytes = page.text().getBytes(StandardCharsets.UTF_8);
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(page.status()),
                withoutBody ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(bytes));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, page.type())
                .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        HttpUtil.setKeepAlive(response, staysOpen);
        isAsked = false;
        var sent = context.writeAndFlush(response);
        if (!staysOpen) {
            sent.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.log(Level.DEBUG, "a connection over HTTP ended: {0}", String.valueOf(cause.getMessage()));
        var _ = context.close();
    }
}
