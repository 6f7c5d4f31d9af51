package revontuli.tokenizer.grpc;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import revontuli.api.tokenizer.v1.ChatRole;
import revontuli.api.tokenizer.v1.FimOrder;
import revontuli.api.tokenizer.v1.ListTemplatesResponse;
import revontuli.api.tokenizer.v1.RenderChatRequest;
import revontuli.api.tokenizer.v1.RenderedPrompt;
import revontuli.api.tokenizer.v1.RoleFrame;
import revontuli.api.tokenizer.v1.TemplateFrame;
import revontuli.api.tokenizer.v1.TemplatePart;
import revontuli.platform.fault.Fault;
import revontuli.platform.paging.Page;
import revontuli.platform.prompt.Frame;
import revontuli.platform.prompt.Message;
import revontuli.platform.prompt.Part;
import revontuli.platform.prompt.Role;
import revontuli.tokenizer.prompt.ChatPrompts;
import revontuli.tokenizer.prompt.FimPrompts;
import revontuli.tokenizer.prompt.Prompt;
import revontuli.tokenizer.prompt.Template;
import revontuli.tokenizer.prompt.TemplateName;

/// Wire types of prompts and templates to feature types and back.
final class PromptProtos {
    private PromptProtos() {}

    static FimPrompts.Order order(FimOrder wire) {
        return switch (wire) {
            case FIM_ORDER_UNSPECIFIED, FIM_ORDER_PSM -> FimPrompts.Order.PSM;
            case FIM_ORDER_SPM -> FimPrompts.Order.SPM;
            case UNRECOGNIZED -> throw Fault.invalid("OUT_OF_RANGE", "order", "must be one of the values of FimOrder");
        };
    }

    static int version(int wire) {
        if (wire < 0) {
            throw Fault.invalid("OUT_OF_RANGE", "version", "must be 0 (the newest) or a version from 1");
        }
        return wire;
    }

    static ChatPrompts.Chat chat(RenderChatRequest request) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < request.getMessagesCount(); i++) {
            messages.add(new Message(
                    role("messages[" + i + "].role", request.getMessages(i).getRole()),
                    request.getMessages(i).getContent()));
        }
        return new ChatPrompts.Chat(
                TemplateName.parse("template", request.getTemplate()),
                version(request.getVersion()),
                messages,
                request.getAddAnswer(),
                new ChatPrompts.Expected(
                        Protos.digest("template_digest", request.getTemplateDigest()),
                        Protos.digest(request.getTokenizerDigest())));
    }

    static Frame frame(TemplateFrame wire) {
        Map<Role, Frame.Around> roles = new EnumMap<>(Role.class);
        for (int i = 0; i < wire.getRolesCount(); i++) {
            RoleFrame one = wire.getRoles(i);
            String field = "frame.roles[" + i + "].role";
            Frame.Around around = new Frame.Around(parts(one.getBeforeList()), parts(one.getAfterList()));
            if (roles.put(role(field, one.getRole()), around) != null) {
                throw Fault.invalid("MALFORMED_TEMPLATE", field, "stands there twice");
            }
        }
        return new Frame(parts(wire.getBeginList()), roles, parts(wire.getAnswerList()));
    }

    private static List<Part> parts(List<TemplatePart> wire) {
        List<Part> parts = new ArrayList<>();
        for (TemplatePart part : wire) {
            parts.add(
                    switch (part.getPartCase()) {
                        case TEXT -> new Part.Literal(part.getText());
                        case TOKEN -> new Part.Control(part.getToken());
                        case PART_NOT_SET ->
                            throw Fault.invalid("MALFORMED_TEMPLATE", "frame", "a part must be a text or a token");
                    });
        }
        return parts;
    }

    private static Role role(String field, ChatRole wire) {
        return switch (wire) {
            case CHAT_ROLE_SYSTEM -> Role.SYSTEM;
            case CHAT_ROLE_USER -> Role.USER;
            case CHAT_ROLE_ASSISTANT -> Role.ASSISTANT;
            case CHAT_ROLE_TOOL -> Role.TOOL;
            case CHAT_ROLE_UNSPECIFIED, UNRECOGNIZED ->
                throw Fault.invalid("OUT_OF_RANGE", field, "must be system, user, assistant or tool");
        };
    }

    private static ChatRole role(Role role) {
        return switch (role) {
            case SYSTEM -> ChatRole.CHAT_ROLE_SYSTEM;
            case USER -> ChatRole.CHAT_ROLE_USER;
            case ASSISTANT -> ChatRole.CHAT_ROLE_ASSISTANT;
            case TOOL -> ChatRole.CHAT_ROLE_TOOL;
        };
    }

    static RenderedPrompt rendered(Prompt prompt) {
        RenderedPrompt.Builder wire = RenderedPrompt.newBuilder()
                .setText(prompt.text())
                .addAllMessageEnds(prompt.messageEnds())
                .setTokenizerDigest(prompt.served().tokenizer().toString())
                .setServingPath(Protos.path(prompt.served().path()));
        for (int id : prompt.ids()) {
            wire.addIds(id);
        }
        prompt.template()
                .ifPresent(template ->
                        wire.setTemplateDigest(template.digest().toString()).setTemplateVersion(template.version()));
        return wire.build();
    }

    static revontuli.api.tokenizer.v1.Template template(Template template) {
        return revontuli.api.tokenizer.v1.Template.newBuilder()
                .setName(template.name().toString())
                .setVersion(template.version())
                .setDigest(template.digest().toString())
                .setTokenizerDigest(template.tokenizer().toString())
                .setFrame(frame(template.frame()))
                .setCreateTime(Protos.timestamp(template.createTime()))
                .build();
    }

    static ListTemplatesResponse page(List<Template> found, Page page) {
        ListTemplatesResponse.Builder wire = ListTemplatesResponse.newBuilder();
        found.stream().limit(page.size()).map(PromptProtos::template).forEach(wire::addTemplates);
        if (found.size() > page.size()) {
            wire.setNextPageToken(
                    page.tokenAfter(found.get(page.size() - 1).name().template()));
        }
        return wire.build();
    }

    private static TemplateFrame frame(Frame frame) {
        TemplateFrame.Builder wire = TemplateFrame.newBuilder();
        frame.begin().forEach(part -> wire.addBegin(part(part)));
        for (Role role : Role.values()) {
            Frame.Around around = frame.roles().get(role);
            if (around != null) {
                RoleFrame.Builder one = RoleFrame.newBuilder().setRole(role(role));
                around.before().forEach(part -> one.addBefore(part(part)));
                around.after().forEach(part -> one.addAfter(part(part)));
                wire.addRoles(one);
            }
        }
        frame.answer().forEach(part -> wire.addAnswer(part(part)));
        return wire.build();
    }

    private static TemplatePart part(Part part) {
        return switch (part) {
            case Part.Literal(var text) ->
                TemplatePart.newBuilder().setText(text).build();
            case Part.Control(var token) ->
                TemplatePart.newBuilder().setToken(token).build();
        };
    }
}
