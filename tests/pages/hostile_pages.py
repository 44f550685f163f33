"""A spec whose texts try to leave their places in HTML, and one whose claims fail."""

HOSTILE = """
    name: "</title><script id=pwned></script> \\"q\\" 'p' & ü 模型"
    input: 16x16x3
    paper:
      title: "</script><img src=x id=pwned onerror=alert(1)> & \\"quotes\\""
      table: "<b id=pwned>1</b>"
    claims: {params: {counts: weights and biases}}
    errata:
      "--> & \\"q\\" id=pwned": {params: "</script><i id=pwned>because</i> & 'so'"}
    blocks:
      "twin & \\"<n>\\"":
        sequence:
        - Conv2D: {filters: <n>, kernel_size: 3x3, padding: same}
        - Conv2D: {name: "' onfocus='alert(1)", filters: <n>, kernel_size: 1x1}
    table:
      columns: [type, output size, params]
      rows:
      - "--> & \\"q\\" id=pwned": ["twin & \\"4\\"", 16x16x4, 1K]
      - "a' onfocus='alert(1)": ["twin & \\"8\\"", 16x16x8]
"""

FAILING = """
    name: failing
    input: 8x8x3
    table:
      columns: [type, kernel_size, filters, output size]
      rows:
      - one: [Conv2D, 3x3, 4, 9x9x4]
      - two: [Conv2D, 3x3, 8, 4x4x8]
"""
