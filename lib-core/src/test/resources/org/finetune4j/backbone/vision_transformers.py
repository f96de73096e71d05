"""Writes vision_transformers.json: features of small vision transformers whose tensors carry the names of
timm, Hugging Face, OpenAI's CLIP and DINOv2.

timm 1.0 computes them in float64, its position embeddings resampled by itself for the second size.
Run with PyTorch 2: python vision_transformers.py > vision_transformers.json
"""
import json
import re

import numpy as np
import torch
from timm.layers import QuickGELU, resample_abs_pos_embed
from timm.models.deit import VisionTransformerDistilled
from timm.models.vision_transformer import VisionTransformer

WIDTH, HEADS, DEPTH, PATCH = 48, 3, 12, 8
SQUARE, OTHER = (40, 40), (24, 56)  # height, width

def numbers(name, shape):
    """The same formula stands in VisionTransformerNamesTest."""
    salt = 0
    for c in name:
        salt = (salt * 31 + ord(c)) % 1000003
    count = int(np.prod(shape))
    i = np.arange(count, dtype=np.int64)
    values = ((i * i * 31 + i * 7919 + salt * 104729) % 10007) / 10007 - 0.5
    scale = 0.4 if len(shape) >= 2 else 1.0
    return torch.from_numpy((values * scale).astype(np.float32)).double().reshape(shape)

def model(size, **options):
    torch.set_default_dtype(torch.float64)
    kind = VisionTransformerDistilled if options.pop("distilled", False) else VisionTransformer
    return kind(
        img_size=size, patch_size=PATCH, embed_dim=WIDTH, depth=DEPTH, num_heads=HEADS, **options).eval()

def timm(name):
    return name

def hugging_face_vit(name):
    for a, b in [
            ("cls_token", "vit.embeddings.cls_token"), ("pos_embed", "vit.embeddings.position_embeddings"),
            ("patch_embed.proj.", "vit.embeddings.patch_embeddings.projection."),
            ("norm.", "vit.layernorm."), ("head.", "classifier.")]:
        if name == a or (a.endswith(".") and name.startswith(a)):
            return b + name[len(a):]
    name = "vit.encoder.layer." + name[len("blocks."):]
    for a, b in [
            (".norm1.", ".layernorm_before."), (".norm2.", ".layernorm_after."), (".attn.proj.", ".attention.output.dense."),
            (".mlp.fc1.", ".intermediate.dense."), (".mlp.fc2.", ".output.dense."),
            (".attn.qkv.", ".attention.attention.{query|key|value}.")]:
        name = name.replace(a, b)
    return name

def hugging_face_deit(name):
    for a, b in [
            ("dist_token", "deit.embeddings.distillation_token"), ("head.", "cls_classifier."),
            ("head_dist.", "distillation_classifier.")]:
        if name == a or (a.endswith(".") and name.startswith(a)):
            return b + name[len(a):]
    return hugging_face_vit(name).replace("vit.", "deit.", 1)

def hugging_face_dino(name):
    for a, b in [
            ("cls_token", "embeddings.cls_token"), ("pos_embed", "embeddings.position_embeddings"),
            ("reg_token", "embeddings.register_tokens"),
            ("patch_embed.proj.", "embeddings.patch_embeddings.projection."), ("norm.", "layernorm.")]:
        if name == a or (a.endswith(".") and name.startswith(a)):
            return b + name[len(a):]
    name = "encoder.layer." + name[len("blocks."):]
    for a, b in [
            (".attn.proj.", ".attention.output.dense."), (".ls1.gamma", ".layer_scale1.lambda1"),
            (".ls2.gamma", ".layer_scale2.lambda1"), (".attn.qkv.", ".attention.attention.{query|key|value}.")]:
        name = name.replace(a, b)
    return name

def facebook_dino(name):
    return "register_tokens" if name == "reg_token" else name

def hugging_face_clip(name):
    for a, b in [
            ("cls_token", "embeddings.class_embedding"), ("pos_embed", "embeddings.position_embedding.weight"),
            ("patch_embed.proj.", "embeddings.patch_embedding."), ("norm_pre.", "pre_layrnorm."), ("norm.", "post_layernorm.")]:
        if name == a or (a.endswith(".") and name.startswith(a)):
            return "vision_model." + b + name[len(a):]
    if name.startswith("head."):
        return "visual_projection." + name[5:]
    name = "vision_model.encoder.layers." + name[len("blocks."):]
    for a, b in [
            (".norm1.", ".layer_norm1."), (".norm2.", ".layer_norm2."), (".attn.proj.", ".self_attn.out_proj."),
            (".attn.qkv.", ".self_attn.{q|k|v}_proj.")]:
        name = name.replace(a, b)
    return name

def openai(name):
    for a, b in [
            ("cls_token", "class_embedding"), ("pos_embed", "positional_embedding"), ("patch_embed.proj.", "conv1."),
            ("norm_pre.", "ln_pre."), ("norm.", "ln_post."), ("head.weight", "proj")]:
        if name == a or (a.endswith(".") and name.startswith(a)):
            return "visual." + b + name[len(a):]
    name = "visual.transformer.resblocks." + name[len("blocks."):]
    for a, b in [
            (".norm1.", ".ln_1."), (".norm2.", ".ln_2."), (".attn.proj.", ".attn.out_proj."), (".mlp.fc1.", ".mlp.c_fc."),
            (".mlp.fc2.", ".mlp.c_proj."), (".attn.qkv.", ".attn.in_proj_")]:
        name = name.replace(a, b)
    return name

def stored_shape(style, name, shape):
    shape = list(shape)
    if style in (openai, hugging_face_clip):
        if name == "cls_token":
            return shape[-1:]
        if name == "pos_embed":
            return shape[1:]
    if style is openai and name == "head.weight":
        return shape[::-1]
    return shape

def case(style, form, options, extra=()):
    """Tensors as the style stores them, and what timm computes from them at two sizes."""
    state, tensors = {}, []
    reference = model(SQUARE, **options)
    joined = style is not timm and style is not facebook_dino and options.get("reg_tokens") and options.get("no_embed_class")
    for name, tensor in reference.state_dict().items():
        shape = stored_shape(style, name, tensor.shape)
        if joined and name == "pos_embed":
            shape[1] += 1
        theirs = style(name)
        parts = re.search(r"\{(.*)\}", theirs)
        if parts:
            shape[0] //= 3
            names = [theirs.replace(parts.group(0), p) for p in parts.group(1).split("|")]
            value = torch.cat([numbers(n, shape) for n in names])
        else:
            names, value = [theirs], numbers(theirs, shape)
        if style is openai and name == "head.weight":
            value = value.T
        tensors += [[n, shape] for n in names]
        state[name] = value
    if joined:  # The class token's position is part of the token in timm.
        state["cls_token"] = state["cls_token"] + state["pos_embed"][:, :1]
        state["pos_embed"] = state["pos_embed"][:, 1:]
    state = {k: v.reshape(reference.state_dict()[k].shape) for k, v in state.items()}
    results = []
    for size in (SQUARE, OTHER):
        net = model(size, **options)
        own = dict(state)
        own["pos_embed"] = resample_abs_pos_embed(
            state["pos_embed"], new_size=[size[0] // PATCH, size[1] // PATCH], old_size=[SQUARE[0] // PATCH, SQUARE[1] // PATCH],
            num_prefix_tokens=0 if options.get("no_embed_class") else 2 if options.get("distilled") else 1)
        net.load_state_dict(own)
        picture = numbers("picture", [1, 3, *size]) * 4
        with torch.no_grad():
            norm = net.forward_features(picture)
            first = net.blocks[0](net.norm_pre(net._pos_embed(net.patch_embed(picture))))
            if options.get("distilled"):
                top = net.forward_head(norm).softmax(1)
            else:
                top = net.head(norm[:, 0]) if options["num_classes"] else norm[:, 0]
        pick = lambda t: [float(f"{x:.8g}") for x in t.flatten()[::37].tolist()]
        results.append(dict(height=size[0], width=size[1], first=pick(first), norm=pick(norm), top=pick(top)))
    return dict(style=style.__name__, form=form, tensors=tensors + [list(e) for e in extra], results=results)

plain = dict(num_classes=1000)
distilled = dict(plain, distilled=True)
dino = dict(num_classes=0, init_values=1e-5)
registers = dict(dino, reg_tokens=4, no_embed_class=True)
clip = dict(num_classes=512, pre_norm=True, act_layer=QuickGELU, norm_layer=lambda d, **k: torch.nn.LayerNorm(d, eps=1e-5))
text = [("logit_scale", []), ("text_projection", [4, 4]), ("text_model.final_layer_norm.weight", [4]), ("positional_embedding", [3, 4])]

def without_bias():
    original = model

    def build(size, **options):
        net = original(size, **options)
        if options.get("pre_norm"):
            net.head = torch.nn.Linear(WIDTH, 512, bias=False)
        return net
    return build

model = without_bias()
cases = [
    case(timm, "AUGREG", plain), case(hugging_face_vit, "AUGREG", plain, [("vit.pooler.dense.weight", [WIDTH, WIDTH])]),
    case(timm, "DEIT_DISTILLED", distilled), case(hugging_face_deit, "DEIT_DISTILLED", distilled),
    case(timm, "DINOV2", dino, [("mask_token", [1, WIDTH])]), case(hugging_face_dino, "DINOV2", dino, [("embeddings.mask_token", [1, WIDTH])]),
    case(timm, "DINOV2_REGISTERS", registers), case(hugging_face_dino, "DINOV2_REGISTERS", registers),
    case(timm, "CLIP", clip), case(hugging_face_clip, "CLIP", clip, text + [("vision_model.embeddings.position_ids", [1, 26])]),
    case(openai, "CLIP", clip, text + [("ln_final.weight", [4]), ("transformer.resblocks.0.ln_1.weight", [4])]),
]
print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")
